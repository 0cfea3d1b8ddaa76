#include "sidecar/forward/quarantine.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "libs/base/testing/status_matchers.h"

namespace rookery::sidecar {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class QuarantineTest : public ::testing::Test {
 protected:
  QuarantineTest() {
    folder_ = ::testing::TempDir() + "rookery-quarantine-XXXXXX";
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
  }
  ~QuarantineTest() override { std::filesystem::remove_all(folder_); }

  static QuarantinedRecord Record(uint32_t offset) {
    QuarantinedRecord record;
    record.set_segment(1);
    record.set_offset(offset);
    record.set_payload(std::string(100, 'x'));
    record.set_reason("no");
    return record;
  }
  std::string path() const { return folder_ + "/quarantine.log"; }

  std::string folder_;
};

TEST_F(QuarantineTest, KeepsEachOnce) {
  EXPECT_THAT(*Quarantine(path()).List(), IsEmpty());
  Quarantine quarantine(path());
  for (const uint32_t offset : {10, 20, 10}) ROOKERY_EXPECT_OK(quarantine.Add(Record(offset)));
  EXPECT_THAT(*quarantine.List(), SizeIs(2));
  // And after a start.
  Quarantine later(path());
  ROOKERY_EXPECT_OK(later.Add(Record(20)));
  ROOKERY_EXPECT_OK(later.Add(Record(30)));
  const auto listed = *later.List();
  ASSERT_THAT(listed, SizeIs(3));
  EXPECT_EQ(listed[2].offset(), 30);
  EXPECT_EQ(listed[2].reason(), "no");
  ROOKERY_EXPECT_OK(later.Remove({{1, 10}, {1, 20}, {1, 30}}));
  EXPECT_THAT(*later.List(), IsEmpty());
  // A lane that meets a record again which somebody has seen to does not put it back.
  ROOKERY_EXPECT_OK(later.Add(Record(30)));
  EXPECT_THAT(*later.List(), IsEmpty());
  Quarantine anew(path());
  ROOKERY_EXPECT_OK(anew.Add(Record(30)));
  EXPECT_THAT(*anew.List(), SizeIs(1));
}

TEST_F(QuarantineTest, DamageHidesOneEntry) {
  Quarantine quarantine(path());
  for (const uint32_t offset : {10, 20, 30}) ROOKERY_EXPECT_OK(quarantine.Add(Record(offset)));
  std::stringstream bytes;
  bytes << std::ifstream(path(), std::ios::binary).rdbuf();
  std::string text = bytes.str();
  text[text.size() / 2] ^= 1;
  std::ofstream(path(), std::ios::binary) << text;
  EXPECT_THAT(*Quarantine(path()).List(), SizeIs(2));
}

}  // namespace
}  // namespace rookery::sidecar
