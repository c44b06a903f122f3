# Makes TO from FROM, gms/driver/log_writer.cc: records are reported as synced when they are taken,
# and their sync takes a while. Fails if the source is no longer as this expects it.
file(READ ${FROM} text)
set(before "  return disk_->log().append(work.ticket, work.records);")
string(REPLACE "${before}" "  report_(Persisted{work.ticket});\n${before}" hasty "${text}")
set(before "  auto ticket = disk_->log().sync();")
string(REPLACE "${before}"
  "  std::this_thread::sleep_for(std::chrono::milliseconds(20));\n${before}" slow "${hasty}")
if(hasty STREQUAL text OR slow STREQUAL hasty)
  message(FATAL_ERROR "log_writer.cc has changed: what acknowledges before the sync?")
endif()
file(WRITE ${TO} "#include <chrono>\n#include <thread>\n\n${slow}")
