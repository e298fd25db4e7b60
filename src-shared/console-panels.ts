import * as z from 'zod'
import { pendingOtherSchema, siteIdSchema } from './console-views.ts'
import { idSchema } from './domain/ids.ts'
import { maintenanceWindowSchema } from './domain/maintenance.ts'
import { shiftEntrySchema } from './domain/service.ts'
import { severitySchema } from './domain/severity.ts'

/** What the console's panels ask for beside the board: each reads the local store, so that it works offline. */

/** What of a panel is another now; whoever shows it asks again. */
export const panelNames = ['shift', 'maintenance'] as const
export const panelNameSchema = z.enum(panelNames)
export type PanelName = (typeof panelNames)[number]

const ofSite = { siteId: siteIdSchema, siteName: z.string(), pending: z.array(pendingOtherSchema) }

export const shiftLogSchema = z.object({
  ...ofSite,
  /** Newest first, at most `shiftEntriesShown`. */
  entries: z.array(shiftEntrySchema),
})
export type ShiftLog = z.infer<typeof shiftLogSchema>
export const shiftEntriesShown = 200

/** An alert that opened no incident, as the window names it that keeps it from that. */
const suppressedAlertSchema = z.object({
  id: idSchema,
  title: z.string(),
  severity: severitySchema,
  service: z.string(),
})
export const suppressedShown = 10

export const maintenanceViewSchema = z.object({
  ...ofSite,
  windows: z.array(
    z.object({
      window: maintenanceWindowSchema,
      /** Open alerts that it suppresses now. */
      suppressed: z.int().min(0),
      /** The newest of them, at most `suppressedShown`. */
      newest: z.array(suppressedAlertSchema),
    }),
  ),
})
export type MaintenanceView = z.infer<typeof maintenanceViewSchema>

/** What is known of the estate, to be offered as values of a filter. */
export const filterValuesSchema = z.object({
  services: z.array(z.string()),
  sources: z.array(z.string()),
  operators: z.array(z.string()),
  tickets: z.array(z.string()),
  labels: z.record(z.string(), z.array(z.string())),
})
export type FilterValues = z.infer<typeof filterValuesSchema>

export const longestFilter = 2_000

/** Why a filter cannot be read, at which of its characters. */
export const filterProblemSchema = z.object({
  message: z.string(),
  span: z.object({ from: z.int(), to: z.int() }),
  instead: z.string().nullable(),
})

export const filteredRowsSchema = z.object({
  problem: filterProblemSchema.nullable(),
  /** Those of the board (or of the ids that were asked for) which the filter lets through. */
  ids: z.array(idSchema),
})
