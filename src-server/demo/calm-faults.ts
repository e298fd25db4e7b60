/** A payments company in two regions, small enough to know by heart: what the demo watches. */
export interface DemoFault {
  dedupKey: string
  service: string
  severity: 'critical' | 'error' | 'warning' | 'info'
  title: string
  description: string
  labels: Record<string, string>
  runbook: string
}

export const demoFaults: readonly DemoFault[] = [
  {
    dedupKey: 'payment-gateway/5xx',
    service: 'payment-gateway',
    severity: 'critical',
    title: 'Card authorisations failing: 38 % of requests answered 5xx',
    description: 'Ratio of 5xx answers over 5 minutes is above 5 %. The acquirer link eu-1b shows timeouts.',
    labels: { region: 'eu-1', zone: 'eu-1b', team: 'payments', job: 'gateway' },
    runbook: 'payment-gateway-5xx',
  },
  {
    dedupKey: 'payment-gateway/latency',
    service: 'payment-gateway',
    severity: 'error',
    title: 'Authorisation latency p99 above 4 s',
    description: 'p99 of POST /authorise has been above 4 s for 10 minutes; the objective is 800 ms.',
    labels: { region: 'eu-1', zone: 'eu-1b', team: 'payments', job: 'gateway' },
    runbook: 'payment-gateway-latency',
  },
  {
    dedupKey: 'ledger-db/replication-lag',
    service: 'ledger-db',
    severity: 'error',
    title: 'Replica ledger-db-2 is 94 s behind',
    description: 'Replication lag above 60 s. Reports read from this replica show old balances.',
    labels: { region: 'eu-1', host: 'ledger-db-2', team: 'data' },
    runbook: 'ledger-db-replication',
  },
  {
    dedupKey: 'ledger-db/disk',
    service: 'ledger-db',
    severity: 'warning',
    title: 'Disk 87 % full on ledger-db-1',
    description:
      'At the present rate it is full in 19 hours. The write-ahead log archive is not being cleaned.',
    labels: { region: 'eu-1', host: 'ledger-db-1', team: 'data', mount: '/var/lib/db' },
    runbook: 'disk-space',
  },
  {
    dedupKey: 'checkout-web/errors',
    service: 'checkout-web',
    severity: 'error',
    title: 'Browser errors on the checkout page: 212 in 5 minutes',
    description: 'TypeError in the address form since release 2026.47.2, Safari only.',
    labels: { region: 'eu-1', release: '2026.47.2', team: 'storefront' },
    runbook: 'checkout-errors',
  },
  {
    dedupKey: 'edge-eu-2/packet-loss',
    service: 'edge-network',
    severity: 'critical',
    title: 'Packet loss 11 % towards eu-2 over carrier A',
    description: 'Loss measured from three probes. Traffic has not failed over to carrier B.',
    labels: { region: 'eu-2', carrier: 'A', team: 'network' },
    runbook: 'edge-failover',
  },
  {
    dedupKey: 'mail-queue/depth',
    service: 'mail-relay',
    severity: 'warning',
    title: 'Mail queue holds 18,400 messages',
    description: 'Receipts are delayed by about 25 minutes. One large recipient defers with 421.',
    labels: { region: 'eu-1', host: 'relay-3', team: 'platform' },
    runbook: 'mail-queue',
  },
  {
    dedupKey: 'cert/api.example',
    service: 'public-api',
    severity: 'info',
    title: 'Certificate of api.example ends in 12 days',
    description: 'Automatic renewal has failed twice: the DNS challenge was not answered.',
    labels: { domain: 'api.example', team: 'platform' },
    runbook: 'certificates',
  },
]

/** One event as the ingest takes it. */
export function demoEvent(fault: DemoFault, action: 'trigger' | 'resolve'): Record<string, unknown> {
  const { runbook, ...fields } = fault
  const links = [{ href: `https://runbooks.example/${runbook}`, text: 'Runbook' }]
  return { action, ...fields, links }
}
