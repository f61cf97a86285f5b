package io.svmcoord.loadtest.bench.index;

import io.svmcoord.range.OverlapVisitor;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * An augmented red-black tree of linked objects: the textbook's interval tree, as Linux has it in
 * C. Source: Cormen et al., "Introduction to Algorithms", red-black trees and interval trees.
 */
final class RedBlackIndex implements IntervalIndex {
  private static final boolean RED = true;
  private static final boolean BLACK = false;

  private static final class Node {
    private final long first;
    private final long last;
    private final int value;
    private final int slot;
    private long max;
    private @Nullable Node left;
    private @Nullable Node right;
    private @Nullable Node parent;
    private boolean isRed = RED;

    Node(long first, long last, int value, int slot) {
      this.first = first;
      this.last = last;
      this.value = value;
      this.slot = slot;
      max = last;
    }
  }

  private final Slots slots = new Slots();
  private final ArrayList<@Nullable Node> bySlot = new ArrayList<>();
  private @Nullable Node root;
  private long sum;
  private final OverlapVisitor add =
      (slot, value) -> {
        sum += value;
        return true;
      };

  @Override
  public int insert(long first, long last, int value) {
    Node added = new Node(first, last, value, slots.take());
    if (added.slot == bySlot.size()) {
      bySlot.add(added);
    } else {
      bySlot.set(added.slot, added);
    }
    Node parent = null;
    boolean isLeft = false;
    for (Node at = root; at != null; at = isLeft ? at.left : at.right) {
      parent = at;
      at.max = Unsigned.max(at.max, last);
      isLeft = Long.compareUnsigned(first, at.first) < 0;
    }
    added.parent = parent;
    if (parent == null) {
      root = added;
    } else if (isLeft) {
      parent.left = added;
    } else {
      parent.right = added;
    }
    afterInsert(added);
    return added.slot;
  }

  private void afterInsert(Node added) {
    Node at = added;
    while (true) {
      Node parent = at.parent;
      if (parent == null) {
        at.isRed = BLACK;
        return;
      }
      Node grand = parent.parent;
      if (!parent.isRed || grand == null) {
        return;
      }
      boolean isParentLeft = parent == grand.left;
      Node uncle = isParentLeft ? grand.right : grand.left;
      if (uncle != null && uncle.isRed) {
        parent.isRed = BLACK;
        uncle.isRed = BLACK;
        grand.isRed = RED;
        at = grand;
        continue;
      }
      if (isParentLeft != (at == parent.left)) {
        rotate(parent, isParentLeft);
        parent = at;
      }
      parent.isRed = BLACK;
      grand.isRed = RED;
      rotate(grand, !isParentLeft);
      return;
    }
  }

  @Override
  public void remove(int handle) {
    Node removed = bySlot.get(handle);
    if (removed == null) {
      throw new IllegalArgumentException("handle: " + handle + " (expected: one in use)");
    }
    bySlot.set(handle, null);
    slots.giveBack(handle);
    if (removed.left == null || removed.right == null) {
      unlink(removed, removed.left == null ? removed.right : removed.left, null);
      return;
    }
    Node successor = removed.right;
    while (successor.left != null) {
      successor = successor.left;
    }
    // Takes the place, so that the one to unlink has at most one child.
    swapPlaces(removed, successor);
    unlink(removed, removed.right, successor);
  }

  /** Exchanges a node that has two children with its successor. */
  private void swapPlaces(Node node, Node successor) {
    boolean isRed = successor.isRed;
    successor.isRed = node.isRed;
    node.isRed = isRed;
    Node successorParent = successor.parent;
    Node successorRight = successor.right;
    replaceInParent(node, successor);
    successor.max = node.max;
    setLeft(successor, node.left);
    if (successorParent == node) {
      setRight(successor, node);
    } else {
      setRight(successor, node.right);
      if (successorParent != null) {
        setLeft(successorParent, node);
      }
    }
    node.left = null;
    setRight(node, successorRight);
  }

  /**
   * Takes out a node that has at most this child.
   *
   * @param moved an ancestor that stands in another's place now
   */
  private void unlink(Node removed, @Nullable Node child, @Nullable Node moved) {
    Node parent = removed.parent;
    boolean wasLeft = parent != null && parent.left == removed;
    replaceInParent(removed, child);
    boolean isPastMoved = moved == null;
    for (Node at = parent; at != null; at = at.parent) {
      long before = at.max;
      update(at);
      isPastMoved |= at == moved;
      if (isPastMoved && at.max == before) {
        break;
      }
    }
    if (removed.isRed) {
      return;
    }
    if (child != null) {
      child.isRed = BLACK;
    } else if (parent != null) {
      afterRemove(parent, wasLeft);
    }
  }

  /** The given side of {@code at} lacks one black node. */
  private void afterRemove(Node at, boolean atLeft) {
    Node parent = at;
    boolean isLeft = atLeft;
    while (true) {
      Node sibling = requireSibling(parent, isLeft);
      if (sibling.isRed) {
        sibling.isRed = BLACK;
        parent.isRed = RED;
        rotate(parent, isLeft);
        sibling = requireSibling(parent, isLeft);
      }
      Node near = isLeft ? sibling.left : sibling.right;
      Node far = isLeft ? sibling.right : sibling.left;
      if (!isRed(near) && !isRed(far)) {
        sibling.isRed = RED;
        Node above = parent.parent;
        if (parent.isRed || above == null) {
          parent.isRed = BLACK;
          return;
        }
        isLeft = above.left == parent;
        parent = above;
        continue;
      }
      if (!isRed(far)) {
        rotate(sibling, !isLeft);
        sibling.isRed = RED;
        sibling = requireSibling(parent, isLeft);
        sibling.isRed = BLACK;
        far = isLeft ? sibling.right : sibling.left;
      }
      sibling.isRed = parent.isRed;
      parent.isRed = BLACK;
      if (far != null) {
        far.isRed = BLACK;
      }
      rotate(parent, isLeft);
      return;
    }
  }

  private static Node requireSibling(Node parent, boolean isLeft) {
    Node sibling = isLeft ? parent.right : parent.left;
    if (sibling == null) {
      throw new IllegalStateException("sibling: null (expected: one, black heights are equal)");
    }
    return sibling;
  }

  private static boolean isRed(@Nullable Node node) {
    return node != null && node.isRed;
  }

  /** Lifts the child of the other side. */
  private void rotate(Node node, boolean toLeft) {
    Node top = requireSibling(node, toLeft);
    replaceInParent(node, top);
    if (toLeft) {
      setRight(node, top.left);
      setLeft(top, node);
    } else {
      setLeft(node, top.right);
      setRight(top, node);
    }
    top.max = node.max;
    update(node);
  }

  private void replaceInParent(Node node, @Nullable Node by) {
    Node parent = node.parent;
    if (by != null) {
      by.parent = parent;
    }
    if (parent == null) {
      root = by;
    } else if (parent.left == node) {
      parent.left = by;
    } else {
      parent.right = by;
    }
  }

  private static void setLeft(Node node, @Nullable Node child) {
    node.left = child;
    if (child != null) {
      child.parent = node;
    }
  }

  private static void setRight(Node node, @Nullable Node child) {
    node.right = child;
    if (child != null) {
      child.parent = node;
    }
  }

  private static void update(Node node) {
    long max = node.last;
    if (node.left != null) {
      max = Unsigned.max(max, node.left.max);
    }
    if (node.right != null) {
      max = Unsigned.max(max, node.right.max);
    }
    node.max = max;
  }

  @Override
  public long sumOverlaps(long first, long last) {
    sum = 0;
    visit(root, first, last);
    return sum;
  }

  private void visit(@Nullable Node from, long first, long last) {
    Node node = from;
    while (node != null && Long.compareUnsigned(node.max, first) >= 0) {
      visit(node.left, first, last);
      if (Long.compareUnsigned(node.first, last) > 0) {
        return;
      }
      if (Long.compareUnsigned(node.last, first) >= 0) {
        add.visit(node.slot, node.value);
      }
      node = node.right;
    }
  }

  @Override
  public long memoryBytes() {
    return 0;
  }
}
