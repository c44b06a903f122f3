#include "cli/serve_options.h"

#include <gtest/gtest.h>

#include <sstream>

namespace groupy::cli {
namespace {

using Parsed = std::variant<ServeOptions, HelpAsked, UsageError>;

constexpr char kGroup[] = "1=127.0.0.1:9081,2=127.0.0.1:9082,3=127.0.0.1:9083";

Args words(const std::string& text) {
  std::istringstream stream(text);
  Args args;
  for (std::string word; stream >> word;) args.push_back(word);
  return args;
}

// `file` is what any --config names.
Parsed parse(const std::string& flags, const Environment& environment = {},
             const std::optional<std::string>& file = std::nullopt) {
  return parse_serve_options(words(flags), environment, [&](const std::string&) { return file; });
}

ServeOptions options(const Parsed& parsed) {
  const auto* error = std::get_if<UsageError>(&parsed);
  EXPECT_TRUE(std::holds_alternative<ServeOptions>(parsed)) << (error ? error->what : "help");
  return error ? ServeOptions() : std::get<ServeOptions>(parsed);
}

std::string error(const Parsed& parsed) {
  const auto* wrong = std::get_if<UsageError>(&parsed);
  return wrong ? wrong->what : "";
}

TEST(ServeOptions, AFounderNeedsItsIdAndTheList) {
  const ServeOptions read = options(parse(std::string("--gms 1 --id 1 --group ") + kGroup));
  EXPECT_EQ(read.id, gms::NodeId(1));
  EXPECT_EQ(read.generation, 1);
  EXPECT_EQ(read.addresses.http.to_string(), "127.0.0.1:8081");
  EXPECT_EQ(read.addresses.peer.to_string(), "127.0.0.1:9081");
  EXPECT_EQ(read.addresses.advertised_http, read.addresses.http);
  EXPECT_EQ(read.addresses.advertised_peer, read.addresses.peer);
  const Founders expected{{gms::NodeId(1), {"127.0.0.1", 9081}},
                          {gms::NodeId(2), {"127.0.0.1", 9082}},
                          {gms::NodeId(3), {"127.0.0.1", 9083}}};
  EXPECT_EQ(std::get<Founders>(read.entry.by), expected);
  EXPECT_EQ(read.entry.limit, std::chrono::seconds(60));
  EXPECT_EQ(read.log_format, LogFormat::text);
}

TEST(ServeOptions, AJoinerNeedsAMember) {
  const ServeOptions read = options(
      parse("--gms 1 --id 4 --http 127.0.0.1:8084 --peer 127.0.0.1:9084 --join replica1:9081 "
            "--join-timeout 2m --log-format json "
            "--allow-host a.example --allow-host b.example"));
  EXPECT_EQ(std::get<Address>(read.entry.by), (Address{"replica1", 9081}));
  EXPECT_EQ(read.entry.limit, std::chrono::minutes(2));
  EXPECT_EQ(read.log_format, LogFormat::json);
  EXPECT_EQ(read.allowed_hosts, (std::vector<std::string>{"a.example", "b.example"}));
}

TEST(ServeOptions, AReplicaBehindOtherAddressesSaysWhatOthersDial) {
  const ServeOptions read =
      options(parse("--gms 1 --id 1 --http 0.0.0.0:8081 --peer 0.0.0.0:9081 --group "
                    "1=replica1:9081 --advertise-http replica1:80"));
  EXPECT_EQ(read.addresses.advertised_http.to_string(), "replica1:80");
  EXPECT_EQ(read.addresses.advertised_peer.to_string(), "replica1:9081") << "the own entry";
  const ServeOptions mapped =
      options(parse("--gms 1 --id 1 --peer 0.0.0.0:1000 --group 1=replica1:9081 "
                    "--advertise-peer replica1:9081"));
  EXPECT_EQ(mapped.addresses.peer.port, 1000);
  EXPECT_EQ(mapped.addresses.advertised_peer.to_string(), "replica1:9081");
}

TEST(ServeOptions, AFlagBeatsTheEnvironmentBeatsTheFileBeatsTheDefault) {
  const std::string file =
      "gms = 1\nid = 2\nhttp = \"127.0.0.1:3\"\nadvertise-http = \"127.0.0.1:3\"\n"
      "group = [\"1=127.0.0.1:9082\", \"2=127.0.0.1:9081\"]\nallow-host = [\"c\", \"d\"]\n";
  const Environment environment = {{"GROUPY_HTTP", "127.0.0.1:2"},
                                   {"GROUPY_ADVERTISE_HTTP", "127.0.0.1:2"},
                                   {"GROUPY_ALLOW_HOST", "a,b"},
                                   {"GROUPY_JOIN", ""}};
  const ServeOptions read = options(parse("--config f.toml --http 127.0.0.1:1", environment, file));
  EXPECT_EQ(read.addresses.http.port, 1) << "the flag";
  EXPECT_EQ(read.addresses.advertised_http.port, 2) << "the environment";
  EXPECT_EQ(read.allowed_hosts, (std::vector<std::string>{"a", "b"})) << "the environment";
  EXPECT_EQ(read.id, gms::NodeId(2)) << "the file";
  EXPECT_EQ(std::get<Founders>(read.entry.by).size(), 2u) << "the file";
  EXPECT_EQ(read.log_format, LogFormat::text) << "the default";
}

TEST(ServeOptions, HowItComesIntoItsGroupIsSaidInOnePlace) {
  const std::string flags = "--gms 1 --id 1 ";
  const std::string founds = flags + "--group " + kGroup;
  const Environment joins = {{"GROUPY_JOIN", "127.0.0.1:9099"}, {"GROUPY_JOIN_TIMEOUT", "5s"}};
  EXPECT_TRUE(std::holds_alternative<Founders>(options(parse(founds, joins)).entry.by));
  const ServeOptions joiner =
      options(parse(flags + "--join 127.0.0.1:9082", {{"GROUPY_GROUP", kGroup}}));
  EXPECT_TRUE(std::holds_alternative<Address>(joiner.entry.by));
  const ServeOptions by_variable =
      options(parse(flags + "--config f.toml", joins, std::string("group = \"") + kGroup + "\"\n"));
  EXPECT_TRUE(std::holds_alternative<Address>(by_variable.entry.by));
  EXPECT_EQ(by_variable.entry.limit, std::chrono::seconds(5));
  EXPECT_NE(error(parse(flags, {{"GROUPY_GROUP", kGroup}, {"GROUPY_JOIN", "127.0.0.1:9099"}}))
                .find("GROUPY_GROUP and GROUPY_JOIN: found a group or join one, not both"),
            std::string::npos);
}

TEST(ServeOptions, ASwitchThatIsOffIsOff) {
  const std::string flags = std::string("--gms 1 --id 1 --group ") + kGroup;
  const char* const name = "GROUPY_ACCEPT_TAIL_LOSS";
  options(parse(flags, {{name, "false"}}));
  options(parse(flags, {{name, "0"}}));
  options(parse(flags + " --config f.toml", {{name, "false"}}, "accept-tail-loss = true\n"));
  options(parse(flags + " --config f.toml", {}, "accept-tail-loss = false\n"));
  EXPECT_NE(error(parse(flags, {{name, "true"}})).find("GROUPY_ACCEPT_TAIL_LOSS: generation 1"),
            std::string::npos);
  const std::string durable = std::string("--data d --id 1 --group ") + kGroup;
  EXPECT_TRUE(options(parse(durable, {{name, "true"}})).accepts_tail_loss);
  EXPECT_FALSE(options(parse(durable, {{name, "false"}})).accepts_tail_loss);
  EXPECT_EQ(error(parse(flags, {{name, "maybe"}})),
            "GROUPY_ACCEPT_TAIL_LOSS: 'maybe': true or false expected");
}

TEST(ServeOptions, TheFileMayBeNamedInTheEnvironment) {
  const ServeOptions read = options(
      parse("", {{"GROUPY_CONFIG", "f.toml"}}, "gms = 1\nid = 1\ngroup = \"1=127.0.0.1:9081\"\n"));
  EXPECT_EQ(read.id, gms::NodeId(1));
}

TEST(ServeOptions, HelpIsNoError) {
  const Parsed parsed = parse("--help");
  ASSERT_TRUE(std::holds_alternative<HelpAsked>(parsed));
  EXPECT_NE(std::get<HelpAsked>(parsed).text.find("--join-timeout"), std::string::npos);
}

struct BadInput {
  std::string flags;
  std::string error;  // part of it
};

void expect_refused(const std::vector<BadInput>& inputs) {
  for (const BadInput& input : inputs) {
    const std::string said = error(parse(input.flags));
    EXPECT_NE(said.find(input.error), std::string::npos) << input.flags << " gives: " << said;
    EXPECT_FALSE(said.empty()) << input.flags;
    EXPECT_EQ(said.find('\n'), std::string::npos) << "one line: " << said;
  }
}

TEST(ServeOptions, WhatIsNotBuiltIsRefusedByName) {
  const std::string rest = std::string("--id 1 --group ") + kGroup;
  const std::string good = "--gms 1 " + rest;
  expect_refused({
      {"--gms 2 " + rest, "--gms 2 is not built yet"},
      {"--gms 4 " + rest, "--gms: '4': 1 or 3 expected"},
      {"--data d --id 4 --join 127.0.0.1:9081", "--join is not built yet for generation 3"},
      {good + " --set evict_after=30s", "--set is not built yet"},
      {good + " --accept-tail-loss", "--accept-tail-loss: generation 1 has no log"},
      {good + " --crash-one-in 100", "--crash-one-in is not built yet"},
      {good + " --seed 1", "--seed is not built yet"},
      {good + " --data d", "--data: generation 1 keeps everything in memory"},
  });
}

TEST(ServeOptions, GenerationThreeIsTheDefaultAndNeedsADirectory) {
  const std::string rest = std::string("--id 1 --group ") + kGroup;
  const ServeOptions read = options(parse(rest + " --data d --suspect-after 50ms"));
  EXPECT_EQ(read.generation, 3);
  EXPECT_EQ(read.data, "d");
  EXPECT_EQ(read.suspect_after, std::chrono::milliseconds(50));
  EXPECT_EQ(options(parse(rest + " --data d --gms 3")).suspect_after,
            std::chrono::milliseconds(200));
  expect_refused({
      {rest, "--data is missing"},
      {rest + " --data d --suspect-after 1ms", "--suspect-after: '1ms': a time from 20ms"},
  });
}

TEST(ServeOptions, WhatWouldHaveNoEffectIsRefused) {
  const std::string founder = std::string("--gms 1 --id 1 --group ") + kGroup;
  const std::string joiner = "--gms 1 --id 4 --join 127.0.0.1:9081";
  expect_refused({
      {founder + " --suspect-after 200ms", "--suspect-after: generation 1 watches nobody"},
      {joiner + " --suspect-after 200ms", "--suspect-after: generation 1 watches nobody"},
      {founder + " --join-timeout 5s", "--join-timeout: only with --join; founders wait"},
  });
  const Environment in_environment = {{"GROUPY_SUSPECT_AFTER", "1s"}};
  EXPECT_TRUE(error(parse(founder, in_environment)).starts_with("GROUPY_SUSPECT_AFTER: "));
  const std::string file = "join-timeout = \"5s\"\n";
  EXPECT_TRUE(error(parse(founder + " --config f.toml", {}, file))
                  .starts_with("join-timeout in f.toml: only with --join"));
}

TEST(ServeOptions, BadIdsAreRefused) {
  const std::string rest = std::string(" --gms 1 --group ") + kGroup;
  expect_refused({
      {rest, "--id is missing"},
      {"--id 0" + rest, "--id: '0': a number from 1"},
      {"--id -1" + rest, "--id"},
      {"--id x" + rest, "--id: 'x'"},
      {"--id 1x" + rest, "--id: '1x'"},
      {"--id 4294967296" + rest, "--id: '4294967296'"},
      {"--id 1 --id 1" + rest, "--id: given twice"},
      {rest + " --id", "--id"},
  });
}

TEST(ServeOptions, BadAddressesAreRefused) {
  const std::string rest = std::string(" --gms 1 --id 1 --group ") + kGroup;
  expect_refused({
      {"--http 8081" + rest, "--http: '8081': no port"},
      {"--http :8081" + rest, "--http: ':8081': no host"},
      {"--http 127.0.0.1:0" + rest, "1 to 65535"},
      {"--http 127.0.0.1:65536" + rest, "1 to 65535"},
      {"--peer 127.0.0.1:x" + rest, "--peer: '127.0.0.1:x'"},
      {"--peer ::1:9081" + rest, "in brackets"},
      {"--http 127.0.0.1:9081" + rest, "--http and --peer: both are 127.0.0.1:9081"},
      {"--advertise-http x" + rest, "--advertise-http: 'x'"},
      {"--advertise-peer x" + rest, "--advertise-peer: 'x'"},
      {"--http 0.0.0.0:8081" + rest, "--advertise-http: 0.0.0.0:8081 cannot be dialled"},
      {"--advertise-http [::]:1" + rest, "--advertise-http: [::]:1 cannot be dialled"},
      {"--gms 1 --id 4 --peer 0.0.0.0:9084 --join 127.0.0.1:9081",
       "--advertise-peer: 0.0.0.0:9084 cannot be dialled"},
      {"--gms 1 --id 4 --join 127.0.0.1", "--join: '127.0.0.1': no port"},
      {"--gms 1 --id 4 --join 0.0.0.0:9081", "--join: '0.0.0.0:9081'"},
      {"--allow-host a:80" + rest, "--allow-host: 'a:80': no host name"},
  });
}

TEST(ServeOptions, BadGroupListsAreRefused) {
  const std::string rest = "--gms 1 --id 1 --group ";
  expect_refused({
      {"--gms 1 --id 1", "--group or --join is missing"},
      {rest + kGroup + " --join 127.0.0.1:9081", "not both"},
      {rest + "2=127.0.0.1:9082", "no entry for this replica, node id 1"},
      {rest + "1=127.0.0.1:9081,1=127.0.0.1:9082", "node id 1 stands twice"},
      {rest + "1=127.0.0.1:9081,2=127.0.0.1:9081", "127.0.0.1:9081 stands twice"},
      {rest + "127.0.0.1:9081", "ID=HOST:PORT expected"},
      {rest + "0=127.0.0.1:9081", "ID=HOST:PORT expected"},
      {rest + "=127.0.0.1:9081", "ID=HOST:PORT expected"},
      {rest + "1", "ID=HOST:PORT expected"},
      {rest + "1=", "no port"},
      {rest + "1=127.0.0.1:9081,", "--group: ''"},
      {rest + ",", "--group: ''"},
      {rest + "1=0.0.0.0:9081", "can be dialled"},
      {rest + "1=a:1,2=a:2,3=a:3,4=a:4,5=a:5,6=a:6,7=a:7,8=a:8", "more than 7"},
  });
}

TEST(ServeOptions, AnOwnEntryThatIsNotOursIsRefused) {
  const std::string rest = std::string(" --gms 1 --id 1 --group ") + kGroup;
  expect_refused({
      {"--peer 127.0.0.1:9082" + rest, "--peer: 127.0.0.1:9082 is not the own entry of --group"},
      {"--peer 127.0.0.2:9081" + rest, "127.0.0.1:9081; give --advertise-peer"},
      {"--peer 0.0.0.0:9082" + rest, "--peer: 0.0.0.0:9082 is not the own entry"},
      {"--advertise-peer 127.0.0.1:1" + rest, "--advertise-peer: 127.0.0.1:1 is not the own entry"},
  });
  EXPECT_EQ(error(parse("--peer localhost:9081" + rest)), "") << "a name may be that address";
}

TEST(ServeOptions, BadTimesAndFormsAreRefused) {
  const std::string rest = std::string(" --gms 1 --id 1 --group ") + kGroup;
  const std::string join = " --gms 1 --id 4 --join 127.0.0.1:9081";
  expect_refused({
      {"--join-timeout 200" + join, "--join-timeout: '200': a time from 100ms to 24h"},
      {"--join-timeout -5s" + join, "--join-timeout: '-5s'"},
      {"--join-timeout 0s" + join, "--join-timeout: '0s'"},
      {"--join-timeout 25h" + join, "--join-timeout: '25h'"},
      {"--log-format xml" + rest, "--log-format: 'xml': text or json expected"},
      {"--frobnicate" + rest, "--frobnicate"},
      {"stray" + rest, "stray"},
  });
}

TEST(ServeOptions, ErrorsSayWhereTheValueStood) {
  const std::string rest = std::string("--gms 1 --group ") + kGroup;
  EXPECT_NE(error(parse(rest, {{"GROUPY_ID", "0"}})).find("GROUPY_ID: '0'"), std::string::npos);
  EXPECT_NE(error(parse(rest + " --config f.toml", {}, "id = 0")).find("id in f.toml: '0'"),
            std::string::npos);
}

TEST(ServeOptions, BadFilesAreRefused) {
  const std::string flags = "--config f.toml";
  EXPECT_EQ(error(parse(flags)), "--config: cannot read f.toml");
  EXPECT_NE(error(parse(flags, {}, "id = ")).find("f.toml: line 1"), std::string::npos);
  EXPECT_EQ(error(parse(flags, {}, "idd = 1")), "idd in f.toml: there is no such setting");
  EXPECT_EQ(error(parse(flags, {}, "config = \"g\"")),
            "config in f.toml: there is no such setting");
  EXPECT_EQ(error(parse(flags, {}, "id = [1, 2]")), "id in f.toml: one value expected, not a list");
}

}  // namespace
}  // namespace groupy::cli
