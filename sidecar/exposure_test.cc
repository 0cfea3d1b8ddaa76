#include "sidecar/exposure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::sidecar {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;

TEST(ExposureTest, OnlyThisMachineIsServedUnlessMoreIsMeant) {
  SidecarOptions options;
  options.grpc = "unix:/run/rookery.sock";
  // What probes and Prometheus ask may be reached from elsewhere.
  options.metrics = "0.0.0.0:9464";
  ROOKERY_EXPECT_OK(MustBeAmongFriends(options));
  for (std::string SidecarOptions::* const face :
       {&SidecarOptions::http, &SidecarOptions::https, &SidecarOptions::grpc}) {
    SidecarOptions exposed = options;
    exposed.*face = "0.0.0.0:5599";
    EXPECT_THAT(MustBeAmongFriends(exposed),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("0.0.0.0:5599 can be called from other machines")));
    exposed.insecure_allow_unauthenticated = true;
    ROOKERY_EXPECT_OK(MustBeAmongFriends(exposed));
  }
}

}  // namespace
}  // namespace rookery::sidecar
