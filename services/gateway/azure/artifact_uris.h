// Artifact URIs as Azure's clients know them.
#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <string_view>

#include "libs/http/message.h"
#include "services/gateway/azure/mount.h"

namespace rookery::gateway {

// What the services call mlflow-artifacts:/1/r/artifacts/a, the artifact `a` of run `r` in
// experiment 1, is to Azure's plugin for MLflow
//
//   azureml://{host}/mlflow/v2.0<WS>/experiments/1/runs/r/artifacts/a
//
// and mlflow-artifacts:/1/models/m-<32 hex>/artifacts, a logged model, is the same with the model's
// id in the place of the run's. What was uploaded without a run, mlflow-artifacts:/LocalUpload/c/f,
// is azureml://artifacts/LocalUpload/c/f. See docs/adr/0025-azures-artifact-uris.md.

// `uri` in Azure's form, for a client that calls this server `host`; as it is if it has none.
std::string ToAzureUri(std::string_view uri, std::string_view host, const Mount& mount);

// The reverse, whatever the host is called. `uri` is as it is if it is of no form of ours, or of
// another workspace than `workspace`.
std::string FromAzureUri(std::string_view uri, std::string_view workspace);

// Rewrites what a message to a client has of artifact URIs (uri_fields.h), if the request is one of
// Azure's plugin under a mount: others would not know what to do with them.
void WriteArtifactUris(const http::RequestHead& request, const std::optional<Mount>& mount,
                       google::protobuf::Message* message);

// Rewrites what a message from a client in `workspace` has of them, so that those who are given
// such a URI may give it back to those who are not.
void ReadArtifactUris(std::string_view workspace, google::protobuf::Message* message);

}  // namespace rookery::gateway
