import { expect, test } from 'vitest'
import { edgePath, type FlowNode, layoutFlow } from './flow'

const SIZES = { nodeWidth: 100, nodeHeight: 40, gapX: 20, gapY: 10 }
const node = (key: string, ...children: FlowNode[]): FlowNode => ({ key, children })

test('leaves stand below each other, parents beside their middle', () => {
  const layout = layoutFlow(node('a', node('b', node('c'), node('d')), node('e')), SIZES)
  const at = Object.fromEntries(layout.nodes.map(({ node, x, y }) => [node.key, [x, y]]))
  expect(at).toEqual({ c: [240, 0], d: [240, 50], b: [120, 25], e: [120, 100], a: [0, 62.5] })
  expect(layout.edges).toHaveLength(4)
  expect([layout.width, layout.height]).toEqual([340, 140])
})

test('an edge leads from one side to the other', () => {
  const layout = layoutFlow(node('a', node('b')), SIZES)
  const edge = layout.edges[0]
  expect(edge && edgePath(edge, SIZES)).toBe('M100 20C110 20 110 20 120 20')
})
