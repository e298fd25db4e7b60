import type { IncidentRow } from '../../src-shared/console-views.ts'

/** An incident as the list and the pane have it: they are told one after the other, and what is done is done to the newer. */
export function newerRow(
  inList: IncidentRow | undefined,
  inPane: IncidentRow | undefined,
): IncidentRow | undefined {
  if (inList === undefined || inPane === undefined) return inList ?? inPane
  return inPane.id === inList.id && inPane.revision > inList.revision ? inPane : inList
}
