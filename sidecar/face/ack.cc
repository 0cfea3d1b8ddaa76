#include "sidecar/face/ack.h"

namespace rookery::sidecar {

StatusOr<Ack> ParseAck(std::string_view text) {
  if (text.empty() || text == "durable") return Ack::kDurable;
  if (text == "buffered") return Ack::kBuffered;
  if (text == "upstream") return Ack::kUpstream;
  return absl::InvalidArgumentError("Rookery-Ack is buffered, durable or upstream.");
}

}  // namespace rookery::sidecar
