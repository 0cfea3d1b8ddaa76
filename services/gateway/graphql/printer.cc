#include "services/gateway/graphql/printer.h"

#include <google/protobuf/descriptor.h>
#include <rookery/tracking/v1/metric.pb.h>
#include <rookery/tracking/v1/run.pb.h>

#include <cmath>
#include <string_view>

#include "libs/transcode/json_text.h"

namespace rookery::gateway {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::EnumValueDescriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

bool IsRun(const Descriptor& type) { return &type == tracking::v1::Run::descriptor(); }

std::string TypeName(const Descriptor& type) {
  const bool extended = IsRun(type) || &type == tracking::v1::Metric::descriptor();
  return "Mlflow" + type.name() + (extended ? "Extension" : "");
}

class Printer {
 public:
  Printer(const RunRelations& relations, std::string* out) : relations_(relations), out_(*out) {}

  void PrintMessage(const Message& message) {
    const Descriptor& type = *message.GetDescriptor();
    out_ += R"({"__typename":")" + TypeName(type) + '"';
    for (int i = 0; i < type.field_count(); ++i) {
      Name(type.field(i)->json_name());
      PrintField(message, *type.field(i));
    }
    if (IsRun(type)) PrintRelations(static_cast<const tracking::v1::Run&>(message));
    // A thing of traces, which are not here.
    if (&type == tracking::v1::Experiment::descriptor()) {
      Name("effectiveTraceArchivalRetention");
      out_ += R"("")";
    }
    if (std::string_view(type.name()).ends_with("Response")) {
      Name("apiError");
      out_ += "null";
    }
    out_ += '}';
  }

 private:
  void Name(const std::string& name) { out_ += ",\"" + name + "\":"; }

  void PrintRelations(const tracking::v1::Run& run) {
    Name("experiment");
    const auto experiment = relations_.experiments.find(run.info().experiment_id());
    if (experiment == relations_.experiments.end()) {
      out_ += "null";
    } else {
      PrintMessage(experiment->second);
    }
    Name("modelVersions");
    out_ += '[';
    const auto versions = relations_.model_versions.find(run.info().run_id());
    if (versions != relations_.model_versions.end()) {
      for (const auto& version : versions->second) {
        if (out_.back() != '[') out_ += ',';
        PrintMessage(version);
      }
    }
    out_ += ']';
  }

  void PrintField(const Message& message, const FieldDescriptor& field) {
    const Reflection& reflection = *message.GetReflection();
    if (!field.is_repeated()) return PrintSingular(message, reflection, field);
    out_ += '[';
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      if (i > 0) out_ += ',';
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        PrintMessage(reflection.GetRepeatedMessage(message, &field, i));
      } else {
        // The only lists of others are texts: aliases.
        transcode::AppendJsonString(
            reflection.GetRepeatedStringReference(message, &field, i, &scratch_), &out_);
      }
    }
    out_ += ']';
  }

  void PrintSingular(const Message& message, const Reflection& reflection,
                     const FieldDescriptor& field) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        out_ += std::to_string(reflection.GetInt32(message, &field));
        return;
      case FieldDescriptor::CPPTYPE_INT64:
        out_ += '"' + std::to_string(reflection.GetInt64(message, &field)) + '"';
        return;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return PrintDouble(reflection.GetDouble(message, &field));
      case FieldDescriptor::CPPTYPE_BOOL:
        out_ += reflection.GetBool(message, &field) ? "true" : "false";
        return;
      case FieldDescriptor::CPPTYPE_ENUM:
        return PrintEnum(*reflection.GetEnum(message, &field));
      case FieldDescriptor::CPPTYPE_STRING:
        return transcode::AppendJsonString(
            reflection.GetStringReference(message, &field, &scratch_), &out_);
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (reflection.HasField(message, &field)) {
          return PrintMessage(reflection.GetMessage(message, &field));
        }
        [[fallthrough]];
      default:
        out_ += "null";
    }
  }

  void PrintDouble(double value) {
    if (std::isnan(value)) {
      out_ += "null";
    } else {
      transcode::AppendJsonDouble(value, &out_);
    }
  }

  // 0 is the word for none in all our enums.
  void PrintEnum(const EnumValueDescriptor& value) {
    out_ += value.number() == 0 ? "null" : '"' + value.name() + '"';
  }

  const RunRelations& relations_;
  std::string& out_;
  std::string scratch_;
};

}  // namespace

std::string PrintGraphql(const Message& message, const RunRelations& relations) {
  std::string out;
  Printer(relations, &out).PrintMessage(message);
  return out;
}

}  // namespace rookery::gateway
