// An ordered map of byte strings that never changes: with() and without() make another one.
//
// A treap: a search tree by key that is a heap by a fingerprint of the key, which keeps it balanced
// without any bookkeeping. A change copies the nodes on one path and shares all others, so old
// copies stay good and cost little. Thread: share freely.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace groupy::kvstore {

class PersistentMap {
 public:
  PersistentMap() = default;

  [[nodiscard]] PersistentMap with(std::string_view key, std::string_view value) const;
  [[nodiscard]] PersistentMap without(std::string_view key) const;

  std::optional<std::string> find(std::string_view key) const;

  // The entries from `first` on in the order of their bytes, until `visit` says false.
  using Visit = std::function<bool(std::string_view key, std::string_view value)>;
  void scan(std::string_view first, const Visit& visit) const;

 private:
  struct Entry;
  struct Node;
  using Tree = std::shared_ptr<const Node>;

  explicit PersistentMap(Tree root) : root_(std::move(root)) {}

  static Tree insert(const Tree& tree, const std::shared_ptr<const Entry>& entry);
  static Tree erase(const Tree& tree, std::string_view key);
  static Tree merge(const Tree& left, const Tree& right);
  static bool visit_from(const Tree& tree, std::string_view first, const Visit& visit);

  Tree root_;
};

}  // namespace groupy::kvstore
