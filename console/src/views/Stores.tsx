import type { DiskRoom, StoreOverview } from '../api/types'
import { useNode } from '../app/hooks'
import { Panel, Tag } from '../parts/basics'
import { bytes, count, plural } from '../model/format'

const TONES: Record<DiskRoom['state'], string> = { enough: 'good', low: 'warn', full: 'bad' }

function entries(stores: { [context: string]: StoreOverview } | undefined) {
  return Object.entries(stores ?? {}).filter(([, store]) => store.disk || store.hotTags?.length)
}

/** Says what a disk that gets full means, above everything else. */
export function DiskNotice() {
  const { overview } = useNode()
  const filling = entries(overview?.stores).filter(([, store]) => store.disk && store.disk.state !== 'enough')
  return filling.map(([context, { disk }]) => (
    <p key={context} className={`disk-notice state-${TONES[disk!.state]}`} role="alert">
      The disk of the store of {context} is {disk!.usedPercent}% full.{' '}
      {disk!.state === 'full'
        ? 'Commands are refused until there is room again; what is stored can be read.'
        : `Commands are refused when fewer than ${bytes(disk!.reserveBytes)} are free.`}
    </p>
  ))
}

/** Room on the disks, and the tags over which appends conflict: of boundaries that are too wide. */
export function Stores() {
  const { overview } = useNode()
  const stores = entries(overview?.stores)
  if (!stores.length) return null
  return (
    <Panel className="stores" title="Stores">
      <table className="stores-table">
        <thead>
          <tr>
            <th scope="col">Context</th>
            <th scope="col">Disk</th>
            <th scope="col">Conflicts, by tag</th>
          </tr>
        </thead>
        <tbody>
          {stores.map(([context, store]) => (
            <tr key={context} data-store={context}>
              <th scope="row">{context}</th>
              <td>{store.disk ? <Room disk={store.disk} /> : <span className="muted">not known</span>}</td>
              <td>
                <HotTags context={context} store={store} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  )
}

function Room({ disk }: { disk: DiskRoom }) {
  return (
    <span className={`state state-${TONES[disk.state]}`} data-disk={disk.state}>
      <span className="dot" aria-hidden="true" />
      <span className="num">
        {disk.usedPercent}% used, {bytes(disk.usableBytes)} free
      </span>
    </span>
  )
}

function HotTags({ context, store }: { context: string; store: StoreOverview }) {
  if (!store.hotTags?.length) return <span className="muted">{plural(store.conflicts ?? 0, 'conflict')}</span>
  return (
    <ul className="hot-tags">
      {store.hotTags.map(({ tag, conflicts }) => (
        <li key={tag}>
          {tag ? <Tag context={context} tag={tag} /> : <span className="muted">(none)</span>}{' '}
          <span className="num">{count(conflicts)}</span>
        </li>
      ))}
    </ul>
  )
}
