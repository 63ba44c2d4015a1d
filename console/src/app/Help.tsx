import { Button, Key } from '../parts/basics'
import { Dialog } from '../parts/Dialog'

const GROUPS: { title: string; keys: [string[], string][] }[] = [
  {
    title: 'Everywhere',
    keys: [
      [['/'], 'Search and jump (also Ctrl K)'],
      [['g', 'o'], 'Overview'],
      [['g', 't'], 'Live tail'],
      [['g', 'e'], 'Entities'],
      [['g', 'r'], 'Read models'],
      [['g', 'd'], 'Dead letters'],
      [['?'], 'This help'],
    ],
  },
  {
    title: 'Live tail',
    keys: [
      [['j'], 'Next event, older (also ↓)'],
      [['k'], 'Event before, newer (also ↑)'],
      [['Enter'], 'Open the event'],
      [['Space'], 'Pause and continue'],
      [['Home'], 'The newest, live'],
      [['End'], 'The oldest that is loaded; loads more'],
    ],
  },
  {
    title: 'One event, an entity',
    keys: [
      [['←'], 'Event before (also k)'],
      [['→'], 'Next event (also j)'],
      [['Home'], 'The first event of an entity'],
      [['End'], 'The last one'],
      [['Space'], 'Play the timeline'],
    ],
  },
]

export function Help({ onClose }: { onClose: () => void }) {
  return (
    <Dialog label="Keyboard" className="help" onClose={onClose}>
      <header className="help-head">
        <h2>Keyboard</h2>
        <Button quiet icon="close" aria-label="Close" onClick={onClose} autoFocus />
      </header>
      <div className="help-groups">
        {GROUPS.map((group) => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <dl>
              {group.keys.map(([keys, text]) => (
                <div key={text}>
                  <dt>
                    {keys.map((key) => (
                      <Key key={key}>{key}</Key>
                    ))}
                  </dt>
                  <dd>{text}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
