// ClickHouse's own reading of a SELECT (`EXPLAIN QUERY TREE run_passes = 0`) as a tree. It stands alone because whoever judges a
// statement must judge what the engine understood, never the text: comments, strings and nesting are settled by then.

/** A node (`FUNCTION id: 3, function_name: sum`) or, with an empty `kind`, a section of its parent (`JOIN TREE`). */
export interface TreeNode {
  readonly kind: string;
  readonly label: string;
  readonly parent: TreeNode | undefined;
  readonly children: readonly TreeNode[];
}

interface GrowingNode extends TreeNode {
  readonly children: GrowingNode[];
}

const nodeLine = /^( *)([A-Z_]+(?: [A-Z_]+)*) id: (\d+)(?:, (.*))?$/;
const sectionLine = /^( *)([A-Z_]+(?: [A-Z_]+)*)(?: .*)?$/;

/** The statement in which `run` is asked for the tree; parentheses, so that nothing after the SELECT is read as ours. */
export function explainTree(select: string): string {
  return `SELECT * FROM (EXPLAIN QUERY TREE run_passes = 0 ${select})`;
}

/** Undefined when a line has no known form or the nodes are not numbered in order: then the text is not to be trusted. */
export function parseTree(text: string): TreeNode | undefined {
  const open: GrowingNode[] = [];
  let root: GrowingNode | undefined;
  let nextId = 0;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const node = nodeLine.exec(line);
    const match = node ?? sectionLine.exec(line);
    if (match === null) return undefined;
    if (node !== null && Number(node[3]) !== nextId++) return undefined;
    const depth = (match[1] ?? "").length / 2;
    if (!Number.isInteger(depth) || depth > open.length || (depth === 0) !== (root === undefined)) return undefined;
    const parent = open[depth - 1];
    const name = match[2] ?? "";
    const grown: GrowingNode = { kind: node === null ? "" : name, label: node === null ? name : (node[4] ?? ""), parent, children: [] };
    parent?.children.push(grown);
    root ??= grown;
    open.length = depth;
    open.push(grown);
  }
  return root;
}

/** The value of `name: value` in a node's label. */
export function attribute(node: TreeNode, name: string): string | undefined {
  for (const part of node.label.split(", ")) if (part.startsWith(`${name}: `)) return part.slice(name.length + 2);
  return undefined;
}

export function* descendants(node: TreeNode): Generator<TreeNode> {
  yield node;
  for (const child of node.children) yield* descendants(child);
}
