import { Disclosure } from '../components/disclosure.tsx'
import { KeyButton } from '../components/key-button.tsx'
import { useSession } from '../hooks/use-session.ts'
import { texts } from '../texts.ts'

/** What lies beside the board: what its work needs at hand, the rest behind one button. */
export function PanelButtons() {
  return (
    <div className="list-tools">
      <PanelButton panel="shift" keys="l" />
      <PanelButton panel="maintenance" keys="w" />
      <Disclosure className="more-buttons" line={texts.panel.more} label={texts.panel.moreLabel}>
        <PanelButton panel="figures" keys="v" />
        <PanelButton panel="rules" keys="b" />
      </Disclosure>
    </div>
  )
}

function PanelButton({
  panel,
  keys,
}: {
  panel: 'shift' | 'maintenance' | 'figures' | 'rules'
  keys: string
}) {
  const { panels } = useSession()
  return (
    <KeyButton className="button small" keys={keys} onClick={() => panels.show(panel)}>
      {texts[panel].open}
    </KeyButton>
  )
}
