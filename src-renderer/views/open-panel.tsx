import { usePanels } from '../hooks/use-session.ts'
import { FiguresDialog } from './figures-dialog.tsx'
import { LogSearchDialog } from './log-search/log-search-dialog.tsx'
import { MaintenanceDialog } from './maintenance-dialog.tsx'
import { RulesDialog } from './rules/rules-dialog.tsx'
import { ShiftLogDialog } from './shift-log-dialog.tsx'

/** The panel that is open over the board. */
export function OpenPanel() {
  const open = usePanels((state) => state.open)
  switch (open) {
    case 'shift':
      return <ShiftLogDialog />
    case 'maintenance':
      return <MaintenanceDialog />
    case 'figures':
      return <FiguresDialog />
    case 'logSearch':
      return <LogSearchDialog />
    case 'rules':
      return <RulesDialog />
    default:
      return null
  }
}
