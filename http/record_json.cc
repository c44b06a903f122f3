#include "http/record_json.h"

#include <nlohmann/json.hpp>

#include "http/json_bytes.h"

namespace groupy::http {

nlohmann::ordered_json to_json(std::string_view key, const kvstore::Record& record, Shown shown) {
  nlohmann::ordered_json json;
  set_bytes(json, "key", key);
  if (shown == Shown::key_and_value) set_bytes(json, "value", record.value);
  json["create_revision"] = record.create_revision.value();
  json["mod_revision"] = record.mod_revision.value();
  json["version"] = record.version;
  json["lease"] = nullptr;
  if (record.lease != 0) json["lease"] = std::to_string(record.lease);
  return json;
}

}  // namespace groupy::http
