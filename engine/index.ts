/** The engine's one public door, and the only file that re-exports. */

export { fromHex, toHex } from './bytes/hex.ts';
export type { Crypto } from './crypto/provider.ts';
export { connectRequest, leaveRequest } from './decide/decide.ts';
export { pingRequest } from './decide/esp/ping.ts';
export {
  type Impairments,
  impairmentsGiven,
  impairmentsText,
  impairs,
  noShares,
  troublesOfArrival,
} from './decide/impairments.ts';
export { type Plan, type Tunnel, usual } from './decide/plan.ts';
export { readRequest } from './decide/requests.ts';
export { resumeRequest } from './decide/taking.ts';
export type { Event } from './event/event.ts';
export type { DevicePolicy } from './event/policy.ts';
export type { SecretAbout } from './event/secret.ts';
export { type Followed, type Following, follow } from './ingest/follow.ts';
export { configurationEvents } from './ingest/ios-config/events.ts';
export { readConfiguration } from './ingest/ios-config/read.ts';
export { preSharedKeyOctets, readKeys } from './ingest/keys.ts';
export { mergeReadings } from './ingest/merge.ts';
export { readPcap } from './ingest/pcap.ts';
export { readPcapng } from './ingest/pcapng.ts';
export type { Reading } from './ingest/reading.ts';
export { type InputKind, recognise } from './ingest/recognise.ts';
export { assumedYear, readText, recogniseText } from './ingest/text.ts';
export { impair } from './live/impair.ts';
export { type News, newsOf } from './live/news.ts';
export { changeText, operation } from './live/operate.ts';
export { isOrder, orderExamples } from './live/order.ts';
export { accept, type Input as LiveInput, type Pump, type Round, startPump } from './live/pump.ts';
export { rawPeers } from './live/raw-peers.ts';
export { type Divergence, type Redriven, redrive, resume } from './live/redrive.ts';
export { type FileDamage, fileHeader, readLog, writeEntry, writeLog } from './log/file.ts';
export { type Alignment, type Damage, type Log, lastIndex } from './log/log.ts';
export { flippedBit } from './log/single-bit.ts';
export { redact } from './redact/redact.ts';
export { buildReplay, growReplay, type Replay, replayOf } from './replay/replay.ts';
export { type Checker, checkers } from './sim/checkers.ts';
export { type ForkAt, fork } from './sim/fork.ts';
export { minimise } from './sim/minimise.ts';
export { type Failure, type Simulated, simulate } from './sim/run.ts';
export type { Act, Decision, Scenario, SimulatedEnd } from './sim/scenario.ts';
export { decisionText } from './sim/words.ts';
export type { Context as LiveContext } from './state/context.ts';
export { type Cookie, cookie } from './values/cookie.ts';
export { ipAddress } from './values/ip-address.ts';
export { timestampText } from './values/timestamp.ts';
export { type CaseEvidence, type CaseFinding, type CaseList, type CaseRow, type CaseView, caseList, caseView } from './view/case.ts';
export type { CaseOffers } from './view/case-offers.ts';
export type { CaseStep } from './view/case-timeline.ts';
export { type CertificateCheck, type CertificatesOfSide, type CertificateView, certificatePage } from './view/certificates.ts';
export { type ConfigurationCheck, type ConfigurationPage, configurationPage } from './view/configuration-page.ts';
export { debugLines, logLines } from './view/device/debug-lines.ts';
export { policyOfSide } from './view/device/policy.ts';
export { type ShowCommand, showLines } from './view/device/show.ts';
export { type Cause, causes } from './view/diagnose/causes.ts';
export { type EspChart, type EspMark, type EspSeries, type EspTick, type EspTunnel, espChart } from './view/esp-chart.ts';
export { type EspFilm, espFilm, type FilmCounter, type FilmRow } from './view/esp-film.ts';
export { ladderMermaid } from './view/export/mermaid.ts';
export { pcapng } from './view/export/pcapng.ts';
export { htmlReport } from './view/export/report.ts';
export { ladderSvg } from './view/export/svg.ts';
export { find, matcher } from './view/find.ts';
export type { Reveal } from './view/keys.ts';
export { ladderRows, rowOfEvent } from './view/ladder.ts';
export { type LogPage, logPage } from './view/log-page.ts';
export { type Direction, type Losses, losses, type PacketAt } from './view/losses.ts';
export type * from './view/models.ts';
export { type MomentOptions, moment } from './view/moment.ts';
export { overview } from './view/overview.ts';
export { pendingMoment } from './view/pending.ts';
export { type PolicyPage, policyPage } from './view/policy-page.ts';
export { type PskTrial, pskTrials } from './view/psk-trial.ts';
export { type DiagnosisRecord, diagnosisRecord, type NegotiationDiagnosisRecord } from './view/records/diagnose.ts';
export { type Difference, differences } from './view/records/differences.ts';
export { eventRecords } from './view/records/events.ts';
export type { FindingRecord } from './view/records/findings.ts';
export { keysRecord } from './view/records/keys.ts';
export { messageRecords } from './view/records/messages.ts';
export { stateRecord } from './view/records/state.ts';
export { transitionRecords } from './view/records/transitions.ts';
export { type Handshake, type Timing, timing } from './view/timing.ts';
export {
  type DirectionLosses,
  type HandshakeView,
  type LostView,
  type Shortened,
  type TimingPage,
  type TunnelTiming,
  timingPage,
  type WaitView,
} from './view/timing-page.ts';
