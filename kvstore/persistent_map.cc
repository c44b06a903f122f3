#include "kvstore/persistent_map.h"

#include <utility>

#include "kvstore/fingerprint.h"

namespace groupy::kvstore {

struct PersistentMap::Entry {
  std::string key;
  std::string value;
  std::uint64_t priority;  // of two nodes, the one with the higher priority lies above
};

struct PersistentMap::Node {
  std::shared_ptr<const Entry> entry;
  Tree left;
  Tree right;
};

PersistentMap PersistentMap::with(std::string_view key, std::string_view value) const {
  auto entry =
      std::make_shared<const Entry>(Entry{std::string(key), std::string(value), fingerprint(key)});
  return PersistentMap(insert(root_, entry));
}

PersistentMap PersistentMap::without(std::string_view key) const {
  return PersistentMap(erase(root_, key));
}

std::optional<std::string> PersistentMap::find(std::string_view key) const {
  const Node* node = root_.get();
  while (node != nullptr) {
    const int order = key.compare(node->entry->key);
    if (order == 0) return node->entry->value;
    node = order < 0 ? node->left.get() : node->right.get();
  }
  return std::nullopt;
}

void PersistentMap::scan(std::string_view first, const Visit& visit) const {
  visit_from(root_, first, visit);
}

PersistentMap::Tree PersistentMap::insert(const Tree& tree,
                                          const std::shared_ptr<const Entry>& entry) {
  if (!tree) return std::make_shared<const Node>(Node{entry, nullptr, nullptr});
  const int order = entry->key.compare(tree->entry->key);
  if (order == 0) return std::make_shared<const Node>(Node{entry, tree->left, tree->right});
  // The new entry comes up as the root of its side; if it outranks this node, it goes above it and
  // its inner subtree changes sides.
  if (order < 0) {
    Tree left = insert(tree->left, entry);
    if (left->entry->priority <= tree->entry->priority) {
      return std::make_shared<const Node>(Node{tree->entry, std::move(left), tree->right});
    }
    auto below = std::make_shared<const Node>(Node{tree->entry, left->right, tree->right});
    return std::make_shared<const Node>(Node{left->entry, left->left, std::move(below)});
  }
  Tree right = insert(tree->right, entry);
  if (right->entry->priority <= tree->entry->priority) {
    return std::make_shared<const Node>(Node{tree->entry, tree->left, std::move(right)});
  }
  auto below = std::make_shared<const Node>(Node{tree->entry, tree->left, right->left});
  return std::make_shared<const Node>(Node{right->entry, std::move(below), right->right});
}

PersistentMap::Tree PersistentMap::erase(const Tree& tree, std::string_view key) {
  if (!tree) return nullptr;
  const int order = key.compare(tree->entry->key);
  if (order == 0) return merge(tree->left, tree->right);
  if (order < 0) {
    Tree left = erase(tree->left, key);
    if (left == tree->left) return tree;
    return std::make_shared<const Node>(Node{tree->entry, std::move(left), tree->right});
  }
  Tree right = erase(tree->right, key);
  if (right == tree->right) return tree;
  return std::make_shared<const Node>(Node{tree->entry, tree->left, std::move(right)});
}

// All keys of `left` are below all keys of `right`.
PersistentMap::Tree PersistentMap::merge(const Tree& left, const Tree& right) {
  if (!left) return right;
  if (!right) return left;
  if (left->entry->priority >= right->entry->priority) {
    return std::make_shared<const Node>(Node{left->entry, left->left, merge(left->right, right)});
  }
  return std::make_shared<const Node>(Node{right->entry, merge(left, right->left), right->right});
}

bool PersistentMap::visit_from(const Tree& tree, std::string_view first, const Visit& visit) {
  if (!tree) return true;
  const Entry& entry = *tree->entry;
  if (entry.key >= first) {
    if (!visit_from(tree->left, first, visit)) return false;
    if (!visit(entry.key, entry.value)) return false;
  }
  return visit_from(tree->right, first, visit);
}

}  // namespace groupy::kvstore
