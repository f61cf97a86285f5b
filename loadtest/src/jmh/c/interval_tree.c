/*
 * An augmented red-black tree of intervals, unsigned and inclusive: the structure to measure the
 * coordinator's own against. Called from CRedBlackIndex.java. Nodes lie in chunks that never move;
 * a node's number is its handle. One thread; memory that runs out ends the process.
 *
 * Source: Cormen et al., "Introduction to Algorithms", red-black trees and interval trees.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define CHUNK_NODES 4096
#define CHUNKS_MAX 4096

struct node {
    uint64_t first, last, max;
    struct node *child[2];  /* of lower first addresses, of others */
    struct node *parent;
    int32_t value;
    int32_t slot;
    bool is_red;
};

struct tree {
    struct node *root;
    struct node *free;      /* chained by parent */
    int32_t used;
    struct node *chunks[CHUNKS_MAX];
};

struct tree *tree_create(void)
{
    struct tree *t = calloc(1, sizeof *t);
    if (!t)
        abort();
    return t;
}

int64_t tree_bytes(const struct tree *t)
{
    int64_t chunks = (t->used + CHUNK_NODES - 1) / CHUNK_NODES;
    return chunks * CHUNK_NODES * (int64_t)sizeof(struct node);
}

static struct node *new_node(struct tree *t)
{
    struct node *n = t->free;
    if (n) {
        t->free = n->parent;
        return n;
    }
    int32_t chunk = t->used / CHUNK_NODES;
    if (chunk == CHUNKS_MAX)
        abort();
    if (!t->chunks[chunk]) {
        t->chunks[chunk] = malloc(CHUNK_NODES * sizeof(struct node));
        if (!t->chunks[chunk])
            abort();
    }
    n = &t->chunks[chunk][t->used % CHUNK_NODES];
    n->slot = t->used++;
    return n;
}

static void update(struct node *n)
{
    uint64_t max = n->last;
    for (int side = 0; side < 2; side++)
        if (n->child[side] && n->child[side]->max > max)
            max = n->child[side]->max;
    n->max = max;
}

static void link_child(struct node *parent, int side, struct node *child)
{
    parent->child[side] = child;
    if (child)
        child->parent = parent;
}

static void replace(struct tree *t, struct node *n, struct node *by)
{
    struct node *parent = n->parent;
    if (by)
        by->parent = parent;
    if (!parent)
        t->root = by;
    else
        parent->child[parent->child[1] == n] = by;
}

/* Lifts the child of the other side. */
static void rotate(struct tree *t, struct node *n, int to)
{
    struct node *top = n->child[!to];
    replace(t, n, top);
    link_child(n, !to, top->child[to]);
    link_child(top, to, n);
    top->max = n->max;
    update(n);
}

static bool is_red(const struct node *n)
{
    return n && n->is_red;
}

static void after_insert(struct tree *t, struct node *n)
{
    struct node *parent;
    while ((parent = n->parent) && parent->is_red) {
        struct node *grand = parent->parent;
        int side = parent == grand->child[1];
        struct node *uncle = grand->child[!side];
        if (is_red(uncle)) {
            parent->is_red = uncle->is_red = false;
            grand->is_red = true;
            n = grand;
            continue;
        }
        if (n == parent->child[!side]) {
            rotate(t, parent, side);
            parent = n;
        }
        parent->is_red = false;
        grand->is_red = true;
        rotate(t, grand, !side);
        break;
    }
    t->root->is_red = false;
}

int32_t tree_insert(struct tree *t, uint64_t first, uint64_t last, int32_t value)
{
    struct node *n = new_node(t);
    struct node *parent = NULL;
    int side = 0;
    for (struct node *at = t->root; at; at = at->child[side]) {
        parent = at;
        if (at->max < last)
            at->max = last;
        side = first >= at->first;
    }
    n->first = first;
    n->last = n->max = last;
    n->value = value;
    n->child[0] = n->child[1] = NULL;
    n->parent = parent;
    n->is_red = true;
    if (parent)
        parent->child[side] = n;
    else
        t->root = n;
    after_insert(t, n);
    return n->slot;
}

/* The given side of parent lacks one black node. */
static void after_remove(struct tree *t, struct node *parent, int side)
{
    for (;;) {
        struct node *sibling = parent->child[!side];
        if (sibling->is_red) {
            sibling->is_red = false;
            parent->is_red = true;
            rotate(t, parent, side);
            sibling = parent->child[!side];
        }
        if (!is_red(sibling->child[0]) && !is_red(sibling->child[1])) {
            sibling->is_red = true;
            if (parent->is_red || !parent->parent) {
                parent->is_red = false;
                return;
            }
            side = parent->parent->child[1] == parent;
            parent = parent->parent;
            continue;
        }
        if (!is_red(sibling->child[!side])) {
            sibling->child[side]->is_red = false;
            sibling->is_red = true;
            rotate(t, sibling, !side);
            sibling = parent->child[!side];
        }
        sibling->is_red = parent->is_red;
        parent->is_red = false;
        sibling->child[!side]->is_red = false;
        rotate(t, parent, side);
        return;
    }
}

/* Exchanges the places of a node that has two children and its successor. */
static void swap_places(struct tree *t, struct node *n, struct node *successor)
{
    bool red = successor->is_red;
    struct node *parent = successor->parent;
    struct node *right = successor->child[1];
    successor->is_red = n->is_red;
    n->is_red = red;
    replace(t, n, successor);
    successor->max = n->max;
    link_child(successor, 0, n->child[0]);
    if (parent == n) {
        link_child(successor, 1, n);
    } else {
        link_child(successor, 1, n->child[1]);
        link_child(parent, 0, n);
    }
    n->child[0] = NULL;
    link_child(n, 1, right);
}

void tree_remove(struct tree *t, int32_t slot)
{
    struct node *n = &t->chunks[slot / CHUNK_NODES][slot % CHUNK_NODES];
    struct node *moved = NULL;
    if (n->child[0] && n->child[1]) {
        moved = n->child[1];
        while (moved->child[0])
            moved = moved->child[0];
        swap_places(t, n, moved);
    }
    struct node *child = n->child[0] ? n->child[0] : n->child[1];
    struct node *parent = n->parent;
    int side = parent && parent->child[1] == n;
    replace(t, n, child);
    bool is_past_moved = !moved;
    for (struct node *at = parent; at; at = at->parent) {
        uint64_t before = at->max;
        update(at);
        is_past_moved |= at == moved;
        if (is_past_moved && at->max == before)
            break;
    }
    if (!n->is_red) {
        if (child)
            child->is_red = false;
        else if (parent)
            after_remove(t, parent, side);
    }
    n->parent = t->free;
    t->free = n;
}

static int64_t sum_in(const struct node *n, uint64_t first, uint64_t last)
{
    int64_t sum = 0;
    while (n && n->max >= first) {
        sum += sum_in(n->child[0], first, last);
        if (n->first > last)
            break;
        if (n->last >= first)
            sum += n->value;
        n = n->child[1];
    }
    return sum;
}

int64_t tree_sum_overlaps(const struct tree *t, uint64_t first, uint64_t last)
{
    return sum_in(t->root, first, last);
}
