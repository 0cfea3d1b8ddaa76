#include "services/tracking/domain/sampling.h"

#include <gmock/gmock.h>

namespace rookery::tracking {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SamplingTest, UpToTheSizeEverythingIsTaken) {
  EXPECT_THAT(EvenSample(0, 3), IsEmpty());
  EXPECT_THAT(EvenSample(1, 3), ElementsAre(0));
  EXPECT_THAT(EvenSample(3, 3), ElementsAre(0, 1, 2));
}

TEST(SamplingTest, BeyondItTheFirstOfEachPartAndTheLastOfAll) {
  EXPECT_THAT(EvenSample(4, 3), ElementsAre(0, 2, 3));
  EXPECT_THAT(EvenSample(10, 3), ElementsAre(0, 4, 9));
  EXPECT_THAT(EvenSample(100, 4), ElementsAre(0, 25, 50, 99));
  EXPECT_THAT(EvenSample(1'000'000'000'000, 2), ElementsAre(0, 999'999'999'999));
}

TEST(SamplingTest, OneIsTheLast) { EXPECT_THAT(EvenSample(7, 1), ElementsAre(6)); }

}  // namespace
}  // namespace rookery::tracking
