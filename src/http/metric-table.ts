/** What is counted, timed and looked at: name in the code → what it says, then its labels. docs/metrics.md says the same (a test compares them). */
type Rows = Record<string, readonly [help: string, ...labels: string[]]>;

export const COUNTERS = {
  inbound: ['Messages that a provider brought, by what became of them', 'channel', 'outcome'],
  inbox_messages: ['Messages made durable, spooled, replayed, capped or given up', 'outcome'],
  webhook_refused: ['Requests that were not believed or could not be read', 'provider', 'why'],
  status_reports: ['Delivery reports of a provider, by what they changed', 'channel', 'outcome'],
  files: ['Files that debtors sent, by what became of them', 'channel', 'outcome'],
  sends: ['Calls of a provider, by their answer', 'channel', 'lane', 'outcome'],
  sends_stopped: ['Messages that will not go, or nobody knows of', 'channel', 'state'],
  fallbacks: ['Messages said on another channel because the first failed', 'from', 'to'],
  unknown_settled: ['Sends without an answer, by what was found out', 'channel', 'verdict'],
  breaker_opened_total: ['Times that a provider was left alone because it failed', 'channel'],
  processes_lost: ['Processes whose heartbeat stopped: what they held was given to others'],
  leases_taken_over: ['Conversations whose holder died over a turn'],
  email_ignored: ['Mails and parts of mails that are no message of a debtor', 'why'],
  desk_updates_failed: ['Things that agents did and that could not be carried out'],
  whatsapp_closed: ['Times that the WhatsApp socket was closed', 'code'],
  whatsapp_stopped: ['Times that the WhatsApp number was given up until somebody acts', 'problem'],
  whatsapp_cold_paused: ['Times that first contacts on that number were paused', 'why'],
  whatsapp_unreadable: ['Messages that came and could not be read yet'],
  whatsapp_unreadable_resolved: ['Of those, the ones that could be read later'],
  whatsapp_failed: ['Messages that could not be stored though the database answered'],
  whatsapp_typed_on_phone: ['Messages that a person typed on the phone itself'],
  whatsapp_ignored: ["Messages that are no debtor's: groups, broadcasts, our own", 'why'],
} as const satisfies Rows;

export const TIMERS = {
  turn: ['A turn, from the row that was taken to its commit', 'outcome'],
  send: ['A call of a provider', 'channel'],
  dispatch: ['From when a message could go to when it was accepted', 'channel', 'lane'],
} as const satisfies Rows;

export const GAUGES = {
  inbox_waiting: ['Messages that wait for their turn'],
  inbox_oldest_seconds: ['How long the first of them has waited'],
  dead_letters: ['Messages that were given up after five tries'],
  sends_unknown: ['Sends of which nobody knows yet whether they went'],
  send_oldest_due_seconds: ['How late the first message is that could go and has not'],
  followup_oldest_due_seconds: ['How late the first follow-up is that is due'],
  breaker_state: ['Whether a provider is called: 0 yes, 1 tried once, 2 left alone', 'channel'],
  spooling: ['1 while messages go to the spool because the database is away'],
} as const satisfies Rows;

export type GaugeName = keyof typeof GAUGES;

/** `inbound` → `acuerdo_inbound_total`. https://prometheus.io/docs/practices/naming */
export function exportedName(name: string, kind: 'counter' | 'timer' | 'gauge'): string {
  const unit = { counter: '_total', timer: '_seconds', gauge: '' }[kind];
  const plain = name.replace(/^acuerdo_/, '');
  return `acuerdo_${plain}${plain.endsWith(unit) ? '' : unit}`;
}
