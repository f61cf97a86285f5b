package io.svmcoord.loadtest.bench.index;

import static io.svmcoord.loadtest.bench.index.AvlNodes.NIL;

import io.svmcoord.range.OverlapVisitor;

/**
 * An AVL tree in arrays, each node knowing the highest last address below it: the flattest binary
 * tree, without an object. Source: Adelson-Velsky and Landis (1962); the augmentation is that of
 * Linux's {@code interval_tree_generic.h}.
 */
final class AvlIndex implements IntervalIndex {
  private final AvlNodes nodes = new AvlNodes();
  private int root = NIL;
  private long sum;
  private final OverlapVisitor add =
      (slot, value) -> {
        sum += value;
        return true;
      };

  @Override
  public long memoryBytes() {
    return nodes.memoryBytes();
  }

  @Override
  public long sumOverlaps(long first, long last) {
    sum = 0;
    int slot = firstOverlap(first, last);
    while (slot != NIL) {
      add.visit(slot, nodes.tag(slot));
      slot = nextOverlap(slot, first, last);
    }
    return sum;
  }

  private int firstOverlap(long first, long last) {
    return root == NIL || endsBefore(root, first) ? NIL : firstOverlapIn(root, first, last);
  }

  /** The leftmost overlap in a subtree that does not end before {@code first}, or NIL. */
  private int firstOverlapIn(int subtree, long first, long last) {
    int node = subtree;
    while (true) {
      int left = nodes.left(node);
      if (left != NIL && !endsBefore(left, first)) {
        // Something there ends late enough. If even it starts after the range, so does all else.
        node = left;
        continue;
      }
      if (startsAfter(node, last)) {
        return NIL;
      }
      if (Long.compareUnsigned(nodes.weight(node), first) >= 0) {
        return node;
      }
      int right = nodes.right(node);
      if (right == NIL || endsBefore(right, first)) {
        return NIL;
      }
      node = right;
    }
  }

  /** The overlap after {@code slot}, which is one, or NIL. */
  private int nextOverlap(int slot, long first, long last) {
    int node = slot;
    while (true) {
      int right = nodes.right(node);
      if (right != NIL && !endsBefore(right, first)) {
        // If there is none in there, then because it starts after the range, and so does the rest.
        return firstOverlapIn(right, first, last);
      }
      node = firstAncestorAfter(node);
      if (node == NIL || startsAfter(node, last)) {
        return NIL;
      }
      if (Long.compareUnsigned(nodes.weight(node), first) >= 0) {
        return node;
      }
    }
  }

  /** The lowest ancestor in whose left subtree {@code slot} is, or NIL. */
  private int firstAncestorAfter(int slot) {
    int child = slot;
    int parent = nodes.parent(slot);
    while (parent != NIL && child == nodes.right(parent)) {
      child = parent;
      parent = nodes.parent(parent);
    }
    return parent;
  }

  /** Whether every interval of the subtree ends before {@code first}. */
  private boolean endsBefore(int subtree, long first) {
    return Long.compareUnsigned(nodes.max(subtree), first) < 0;
  }

  /** Whether the interval of the node, and so each one after it, starts after {@code last}. */
  private boolean startsAfter(int node, long last) {
    return Long.compareUnsigned(nodes.key(node), last) > 0;
  }

  @Override
  public int insert(long first, long last, int value) {
    int slot = nodes.allocate(first, last, value);
    int parent = NIL;
    boolean goLeft = false;
    int node = root;
    while (node != NIL) {
      parent = node;
      goLeft = Long.compareUnsigned(first, nodes.key(node)) < 0;
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

  @Override
  public void remove(int slot) {
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

  private int leftmost(int subtree) {
    int node = subtree;
    while (nodes.left(node) != NIL) {
      node = nodes.left(node);
    }
    return node;
  }

  private long maxOrZero(int slot) {
    return slot == NIL ? 0 : nodes.max(slot);
  }

  private static long max3(long a, long b, long c) {
    return Unsigned.max(a, Unsigned.max(b, c));
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
