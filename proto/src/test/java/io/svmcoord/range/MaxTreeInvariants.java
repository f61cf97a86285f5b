package io.svmcoord.range;

import static org.assertj.core.api.Assertions.fail;

/**
 * Checks every invariant of a {@link MaxTree} and its {@link NodePool}, node by node. Plain
 * comparisons, since the tests call it after each of some hundred thousand operations.
 */
final class MaxTreeInvariants {
  private final MaxTree tree;
  private final NodePool nodes;
  private final String run;

  private MaxTreeInvariants(MaxTree tree, String run) {
    this.tree = tree;
    this.nodes = tree.nodes();
    this.run = run;
  }

  /**
   * Checks a whole tree.
   *
   * @param run what to print with a failure, the seed above all
   */
  static void check(MaxTree tree, String run) {
    new MaxTreeInvariants(tree, run).checkTree();
  }

  private void checkTree() {
    int root = tree.root();
    require(root == NodePool.NIL || nodes.parent(root) == NodePool.NIL, "parent of root", root);
    require(checkSubtree(root) == nodes.size(), "nodes reached", nodes.size());
    require(nodes.size() + nodes.countFree() == nodes.used(), "live or free", nodes.used());
    require(nodes.used() <= nodes.capacity(), "used within the arrays", nodes.used());
    checkOrder();
  }

  private int checkSubtree(int slot) {
    if (slot == NodePool.NIL) {
      return 0;
    }
    int left = nodes.left(slot);
    int right = nodes.right(slot);
    require(nodes.isLive(slot), "linked node is live", slot);
    require(left == NodePool.NIL || nodes.parent(left) == slot, "parent of left child", slot);
    require(right == NodePool.NIL || nodes.parent(right) == slot, "parent of right child", slot);
    int count = 1 + checkSubtree(left) + checkSubtree(right);
    int leftHeight = nodes.height(left);
    int rightHeight = nodes.height(right);
    require(Math.abs(leftHeight - rightHeight) <= 1, "I2 balance", slot);
    require(nodes.height(slot) == 1 + Math.max(leftHeight, rightHeight), "I2 height", slot);
    long max = higher(higher(nodes.weight(slot), left), right);
    require(nodes.max(slot) == max, "I3 maximum", slot);
    return count;
  }

  private long higher(long max, int child) {
    boolean above =
        child != NodePool.NIL && Unsigned.of(nodes.max(child)).compareTo(Unsigned.of(max)) > 0;
    return above ? nodes.max(child) : max;
  }

  private void checkOrder() {
    int visited = 0;
    for (int slot = tree.floor(-1L); slot != NodePool.NIL; slot = tree.previous(slot)) {
      int previous = tree.previous(slot);
      if (previous != NodePool.NIL) {
        boolean ordered =
            Unsigned.of(nodes.key(previous)).compareTo(Unsigned.of(nodes.key(slot))) <= 0;
        require(ordered, "I1 order", slot);
        require(tree.next(previous) == slot, "next of previous", slot);
      }
      visited++;
    }
    require(visited == nodes.size(), "nodes in key order", visited);
  }

  private void require(boolean holds, String what, int number) {
    if (!holds) {
      fail("%s: %s does not hold (slot or number %d)".formatted(run, what, number));
    }
  }
}
