package io.svmcoord.range;

import static io.svmcoord.range.NodePool.NIL;

/**
 * A balanced search tree over unsigned 64-bit keys in which every node also knows the highest
 * <em>weight</em> of its subtree. It is the common core of {@link IntervalTree} (key: first
 * address, weight: last address) and {@link SequenceMap} (key: first address, weight: sequence).
 *
 * <h2>Why an AVL tree</h2>
 *
 * Every begin of an invalidation looks things up and only subscribers change the tree, so the
 * flattest binary tree wins: an AVL tree of n nodes has at most 1.44 log2 n levels and about log2 n
 * on average; a treap has 1.4 log2 n on average and no bound, a red-black tree up to 2 log2 n. The
 * bound holds for every order of operations, so no client can choose addresses that make a slow
 * tree. Parent links let every walk go without recursion and without a stack.
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>I1 order: in the left subtree no key is above the node's, in the right one none is below.
 *       Nodes with equal keys stand in the order in which they were inserted.
 *   <li>I2 balance: the heights of a node's two subtrees differ by at most 1.
 *   <li>I3 maximum: a node's highest weight is the highest of its own weight and its children's
 *       highest weights.
 * </ul>
 *
 * Every change costs O(log n), growing of the {@link NodePool} amortised. A node is named by its
 * slot, which stays the same until the node is removed; a later insert may then get it.
 *
 * <p>Source of the idea: Adelson-Velsky and Landis (1962); the augmentation is that of Linux's
 * {@code interval_tree_generic.h}. Confined to its owner.
 */
final class MaxTree {
  private final NodePool nodes = new NodePool();
  private int root = NIL;

  /** The nodes, for walks and readings of the owner; only this class links them. */
  NodePool nodes() {
    return nodes;
  }

  /** The root's slot, or NIL. */
  int root() {
    return root;
  }

  int size() {
    return nodes.size();
  }

  /** Adds a node after all nodes of the same key and returns its slot. */
  int insert(long key, long weight, int tag) {
    int slot = nodes.allocate(key, weight, tag);
    int parent = NIL;
    boolean goLeft = false;
    int node = root;
    while (node != NIL) {
      parent = node;
      goLeft = Long.compareUnsigned(key, nodes.key(node)) < 0;
      node = goLeft ? nodes.left(node) : nodes.right(node);
    }
    if (parent == NIL) {
      root = slot;
    } else if (goLeft) {
      nodes.linkLeft(parent, slot);
    } else {
      nodes.linkRight(parent, slot);
    }
    retrace(parent);
    return slot;
  }

  /** Removes a live node; its slot is free from now on. */
  void remove(int slot) {
    int left = nodes.left(slot);
    int right = nodes.right(slot);
    if (left != NIL && right != NIL) {
      replaceBySuccessor(slot);
    } else {
      int parent = nodes.parent(slot);
      replaceChild(parent, slot, left != NIL ? left : right);
      retrace(parent);
    }
    nodes.release(slot);
  }

  /** Gives a live node another weight. */
  void weigh(int slot, long weight) {
    nodes.weight(slot, weight);
    retrace(slot);
  }

  /** Removes all nodes and frees their memory. */
  void clear() {
    root = NIL;
    nodes.clear();
  }

  /** The last node whose key is not above {@code key}, or NIL. */
  int floor(long key) {
    int best = NIL;
    int node = root;
    while (node != NIL) {
      if (Long.compareUnsigned(nodes.key(node), key) <= 0) {
        best = node;
        node = nodes.right(node);
      } else {
        node = nodes.left(node);
      }
    }
    return best;
  }

  /** The next node in key order, or NIL. Amortised O(1) over a walk. */
  int next(int slot) {
    int right = nodes.right(slot);
    if (right != NIL) {
      return leftmost(right);
    }
    int child = slot;
    int parent = nodes.parent(slot);
    while (parent != NIL && child == nodes.right(parent)) {
      child = parent;
      parent = nodes.parent(parent);
    }
    return parent;
  }

  /** The previous node in key order, or NIL. Amortised O(1) over a walk. */
  int previous(int slot) {
    int left = nodes.left(slot);
    if (left != NIL) {
      return rightmost(left);
    }
    int child = slot;
    int parent = nodes.parent(slot);
    while (parent != NIL && child == nodes.left(parent)) {
      child = parent;
      parent = nodes.parent(parent);
    }
    return parent;
  }

  /**
   * The highest weight among nodes with {@code low <= key <= high}, or 0 if there is none. O(log
   * n): below the node where the two bounds part, whole subtrees count by their highest weight.
   */
  long maxWithin(long low, long high) {
    int split = root;
    while (split != NIL) {
      if (Long.compareUnsigned(nodes.key(split), low) < 0) {
        split = nodes.right(split);
      } else if (Long.compareUnsigned(nodes.key(split), high) > 0) {
        split = nodes.left(split);
      } else {
        return max3(
            nodes.weight(split),
            maxFrom(nodes.left(split), low),
            maxUpTo(nodes.right(split), high));
      }
    }
    return 0;
  }

  /** The highest weight among nodes of a subtree with {@code low <= key}. */
  private long maxFrom(int subtree, long low) {
    long highest = 0;
    int node = subtree;
    while (node != NIL) {
      if (Long.compareUnsigned(nodes.key(node), low) < 0) {
        node = nodes.right(node);
      } else {
        highest = max3(highest, nodes.weight(node), maxOrZero(nodes.right(node)));
        node = nodes.left(node);
      }
    }
    return highest;
  }

  /** The highest weight among nodes of a subtree with {@code key <= high}. */
  private long maxUpTo(int subtree, long high) {
    long highest = 0;
    int node = subtree;
    while (node != NIL) {
      if (Long.compareUnsigned(nodes.key(node), high) > 0) {
        node = nodes.left(node);
      } else {
        highest = max3(highest, nodes.weight(node), maxOrZero(nodes.left(node)));
        node = nodes.right(node);
      }
    }
    return highest;
  }

  private int leftmost(int subtree) {
    int node = subtree;
    while (nodes.left(node) != NIL) {
      node = nodes.left(node);
    }
    return node;
  }

  private int rightmost(int subtree) {
    int node = subtree;
    while (nodes.right(node) != NIL) {
      node = nodes.right(node);
    }
    return node;
  }

  private long maxOrZero(int slot) {
    return slot == NIL ? 0 : nodes.max(slot);
  }

  private static long max3(long a, long b, long c) {
    return AddressRange.maxUnsigned(a, AddressRange.maxUnsigned(b, c));
  }

  /** Lets the in-order successor take the place of a node that has two children. */
  private void replaceBySuccessor(int slot) {
    int successor = leftmost(nodes.right(slot));
    int lowest = nodes.parent(successor) == slot ? successor : nodes.parent(successor);
    replaceChild(nodes.parent(successor), successor, nodes.right(successor));
    nodes.linkLeft(successor, nodes.left(slot));
    nodes.linkRight(successor, nodes.right(slot));
    replaceChild(nodes.parent(slot), slot, successor);
    // What the ancestors were computed from: retrace tells by it whether the place has changed.
    nodes.height(successor, nodes.height(slot));
    nodes.max(successor, nodes.max(slot));
    retrace(lowest);
    if (lowest != successor) {
      // The walk from below may have ended before this place, which has another weight now.
      retrace(successor);
    }
  }

  /** Restores I2 and I3 from {@code slot} upwards; stops where nothing changes any more. */
  private void retrace(int slot) {
    int node = slot;
    while (node != NIL) {
      int heightBefore = nodes.height(node);
      long maxBefore = nodes.max(node);
      int top = rebalance(node);
      if (nodes.height(top) == heightBefore && nodes.max(top) == maxBefore) {
        return;
      }
      node = nodes.parent(top);
    }
  }

  /** Restores I2 and I3 for one node over sound subtrees; returns the node now in its place. */
  private int rebalance(int node) {
    int left = nodes.left(node);
    int right = nodes.right(node);
    int balance = nodes.height(left) - nodes.height(right);
    if (balance > 1) {
      if (nodes.height(nodes.left(left)) < nodes.height(nodes.right(left))) {
        rotateLeft(left);
      }
      return rotateRight(node);
    }
    if (balance < -1) {
      if (nodes.height(nodes.right(right)) < nodes.height(nodes.left(right))) {
        rotateRight(right);
      }
      return rotateLeft(node);
    }
    update(node);
    return node;
  }

  private int rotateLeft(int node) {
    int top = nodes.right(node);
    nodes.linkRight(node, nodes.left(top));
    replaceChild(nodes.parent(node), node, top);
    nodes.linkLeft(top, node);
    update(node);
    update(top);
    return top;
  }

  private int rotateRight(int node) {
    int top = nodes.left(node);
    nodes.linkLeft(node, nodes.right(top));
    replaceChild(nodes.parent(node), node, top);
    nodes.linkRight(top, node);
    update(node);
    update(top);
    return top;
  }

  /** Computes height and highest weight from the children. */
  private void update(int node) {
    int left = nodes.left(node);
    int right = nodes.right(node);
    nodes.height(node, 1 + Math.max(nodes.height(left), nodes.height(right)));
    nodes.max(node, max3(nodes.weight(node), maxOrZero(left), maxOrZero(right)));
  }

  private void replaceChild(int parent, int child, int replacement) {
    if (parent == NIL) {
      root = replacement;
      nodes.linkParent(replacement, NIL);
    } else if (nodes.left(parent) == child) {
      nodes.linkLeft(parent, replacement);
    } else {
      nodes.linkRight(parent, replacement);
    }
  }
}
