import { usePanels } from '../hooks/use-session.ts'
import { MaintenanceDialog } from './maintenance-dialog.tsx'
import { ShiftLogDialog } from './shift-log-dialog.tsx'

/** The panel that is open over the board. */
export function OpenPanel() {
  const open = usePanels((state) => state.open)
  if (open === null) return null
  return open === 'shift' ? <ShiftLogDialog /> : <MaintenanceDialog />
}
