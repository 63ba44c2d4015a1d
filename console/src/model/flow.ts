/** A step of a flow: what caused it stands on its left, what it caused on its right. */
export interface FlowNode {
  key: string
  children: FlowNode[]
}

export interface Placed<N extends FlowNode> {
  node: N
  x: number
  y: number
}

export interface FlowLayout<N extends FlowNode> {
  nodes: Placed<N>[]
  edges: { from: Placed<N>; to: Placed<N> }[]
  width: number
  height: number
}

export interface FlowSizes {
  nodeWidth: number
  nodeHeight: number
  gapX: number
  gapY: number
}

/** Places a tree from left to right: leaves below each other, each parent beside the middle of its children. */
export function layoutFlow<N extends FlowNode>(root: N, sizes: FlowSizes): FlowLayout<N> {
  const layout: FlowLayout<N> = { nodes: [], edges: [], width: 0, height: 0 }
  let nextY = 0
  const place = (node: N, depth: number): Placed<N> => {
    const placed: Placed<N> = { node, x: depth * (sizes.nodeWidth + sizes.gapX), y: 0 }
    layout.nodes.push(placed)
    const children = node.children.map((child) => place(child as N, depth + 1))
    const first = children[0]
    const last = children.at(-1)
    if (first && last) {
      placed.y = (first.y + last.y) / 2
    } else {
      placed.y = nextY
      nextY += sizes.nodeHeight + sizes.gapY
    }
    for (const to of children) layout.edges.push({ from: placed, to })
    layout.width = Math.max(layout.width, placed.x + sizes.nodeWidth)
    return placed
  }
  place(root, 0)
  layout.height = Math.max(0, nextY - sizes.gapY)
  return layout
}

/** An edge as a curve between the middles of two sides. */
export function edgePath<N extends FlowNode>(edge: { from: Placed<N>; to: Placed<N> }, sizes: FlowSizes): string {
  const x1 = edge.from.x + sizes.nodeWidth
  const y1 = edge.from.y + sizes.nodeHeight / 2
  const x2 = edge.to.x
  const y2 = edge.to.y + sizes.nodeHeight / 2
  const bend = (x2 - x1) / 2
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
}
