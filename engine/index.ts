/** The engine's one public door, and the only file that re-exports. */

export { fromHex, toHex } from './bytes/hex.ts';
export type { Crypto } from './crypto/provider.ts';
export type { SecretAbout } from './event/secret.ts';
export { preSharedKeyOctets, readKeys } from './ingest/keys.ts';
export { mergeReadings } from './ingest/merge.ts';
export { readPcap } from './ingest/pcap.ts';
export { readPcapng } from './ingest/pcapng.ts';
export type { Reading } from './ingest/reading.ts';
export { type InputKind, recognise } from './ingest/recognise.ts';
export { readLog, writeLog } from './log/file.ts';
export { type Damage, type Log, lastIndex } from './log/log.ts';
export { buildReplay, type Replay } from './replay/replay.ts';
export { type Cookie, cookie } from './values/cookie.ts';
export { type EspChart, type EspMark, type EspSeries, type EspTick, type EspTunnel, espChart } from './view/esp-chart.ts';
export { type EspFilm, espFilm, type FilmCounter, type FilmRow } from './view/esp-film.ts';
export { find, matcher } from './view/find.ts';
export type { Reveal } from './view/keys.ts';
export { ladderRows, rowOfEvent } from './view/ladder.ts';
export type * from './view/models.ts';
export { type MomentOptions, moment } from './view/moment.ts';
export { overview } from './view/overview.ts';
export { eventRecords } from './view/records/events.ts';
export { keysRecord } from './view/records/keys.ts';
export { messageRecords } from './view/records/messages.ts';
export { stateRecord } from './view/records/state.ts';
export { transitionRecords } from './view/records/transitions.ts';
