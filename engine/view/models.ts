/**
 * What the window and the terminal draw: plain data, made from (log, index) by the files beside this one. Everything that is shown is
 * spelled out here, so that nothing has to be computed, looked up or masked where it is drawn.
 *
 * Secrets: a value that is a secret is `null` in every model unless it was asked to be revealed.
 */
import type { BufferName } from '../bytes/span.ts';
import type { Time } from './records/time.ts';

/** By role in phase 1, whoever began what is looked at. */
export type Side = 'initiator' | 'responder';
/** What a colour stands for; it never stands alone. */
export type Tone = 'good' | 'warning' | 'bad' | 'note';
/** What became of a negotiation, as far as the log goes. */
export type Verdict = 'up' | 'failed' | 'incomplete' | 'down';

/** A range in one buffer of one event's packet. */
export interface Place {
  readonly buffer: BufferName;
  readonly start: number;
  readonly end: number;
}

// ---------------------------------------------------------------- the whole log

/** The whole log at a glance, the same at every event. */
export interface Overview {
  readonly name: string;
  readonly inputs: readonly { readonly name: string; readonly detail: string }[];
  /** Indices run from 0 (what was given) to this. */
  readonly lastIndex: number;
  /** The first moment that any input names. */
  readonly start: Time;
  readonly negotiations: readonly NegotiationView[];
  readonly findings: readonly FindingView[];
  readonly damage: readonly DamageView[];
  readonly scrubber: Scrubber;
  /** Rows of the ladder while every long run is folded: ask for them by range. */
  readonly ladderRows: number;
  /** Whether any side shows certificates that can be read here. */
  readonly certificates: boolean;
  /** What could be opened with which key, for the key dialog. Empty where nothing is missing. */
  readonly missing: readonly MissingKey[];
}

/** A line of the list of negotiations, with what is under it. */
export interface NegotiationView {
  readonly id: string;
  /** Cut in the middle: `e2ac4822…be1e`. */
  readonly label: string;
  /** Both cookies in full and the addresses. */
  readonly title: string;
  /** `null` for IPsec without its negotiation. */
  readonly cookies: { readonly initiator: string; readonly responder: string | null } | null;
  readonly verdict: Verdict;
  /** `Up, closed by initiator`. */
  readonly summary: string;
  readonly first: number;
  readonly last: number;
  readonly initiator: string;
  readonly responder: string;
  readonly parts: readonly PartView[];
}

/** A phase 1, a quick mode, one direction of an IPsec SA, the deletes. */
export interface PartView {
  readonly id: string;
  readonly kind: 'phase1' | 'quick' | 'informational' | 'transaction' | 'esp' | 'ah' | 'other';
  readonly label: string;
  /** A message ID or SPI, to be set in the mono face. */
  readonly code: string | null;
  readonly detail: string;
  readonly side: Side | null;
  readonly first: number;
  readonly last: number;
}

/** A finding as a line. */
export interface FindingView {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly title: string;
  readonly detail: string;
  readonly event: number;
  readonly negotiation: string | null;
}

/** A place that could not be read. */
export interface DamageView {
  readonly input: string;
  readonly title: string;
  readonly message: string;
  readonly offset: number;
  /** Octets at the break. */
  readonly bytes: Uint8Array;
}

/** Up to 200 events one bar each, else bins; heights go from 0 to 1. */
export interface Scrubber {
  readonly bars: readonly { readonly from: number; readonly to: number; readonly height: number; readonly side: Side | 'secret' | null }[];
  readonly marks: readonly { readonly event: number; readonly severity: 'error' | 'warning' | 'note'; readonly title: string }[];
  /** Events at which a state changed. */
  readonly changes: readonly number[];
}

/** A key that would open more, and how to give it. */
export interface MissingKey {
  readonly negotiation: string;
  /** `Ka of e2ac4822…be1e is missing`. */
  readonly title: string;
  /** `It would open 7 messages here.` */
  readonly detail: string;
  /** Each alone is enough: `the pre-shared key and g^xy`. */
  readonly ways: readonly string[];
  readonly messages: number;
}

// ---------------------------------------------------------------- the ladder

/** A row of fixed height: something that was given, the head of a group, or an event. */
export type LadderRow =
  | { readonly kind: 'given'; readonly event: 0; readonly label: string; readonly detail: string }
  | {
      readonly kind: 'group';
      readonly event: number;
      readonly label: string;
      readonly code: string | null;
      /** A run of so many packets, which can be folded into one row; absent for what never folds. */
      readonly folds?: number;
    }
  | {
      readonly kind: 'fold';
      /** The first event in it, and the last. */
      readonly event: number;
      readonly last: number;
      readonly delta: string;
      readonly until: string;
      readonly at: Time;
      readonly before: Time;
      /** `20,029 packets`. */
      readonly label: string;
      readonly detail: string;
      /** Packets that each side sent. */
      readonly initiator: number;
      readonly responder: number;
      readonly note: string | null;
      readonly tone: Tone | null;
    }
  | {
      readonly kind: 'message';
      readonly event: number;
      /** Seconds since the start of the log, `+0.275`; empty for an input without a clock. */
      readonly delta: string;
      readonly at: Time;
      /** When the event before it happened. */
      readonly before: Time;
      /** Who sent it; `null` where it belongs to no negotiation. */
      readonly side: Side | null;
      /** `MM5`, `QM1`, `INFO`, `ESP`, `UDP`. */
      readonly label: string;
      /** `ID HASH N(INITIAL-CONTACT)`, `c50d31e3 seq 1 · ICMP echo request`. */
      readonly detail: string;
      /** Encrypted: could it be opened? `null` for a clear message. */
      readonly lock: 'opened' | 'sealed' | null;
      /** State of each side after it, where this message moved that side. */
      readonly initiatorState: string | null;
      readonly responderState: string | null;
      readonly negotiation: string | null;
      readonly part: string | null;
      /** `retransmission of #4`, `replayed`, `bad ICV`. */
      readonly note: string | null;
      readonly tone: Tone | null;
    };

// ---------------------------------------------------------------- one moment

/** Everything about the state after one event. */
export interface Moment {
  readonly event: number;
  /** `2026-11-21 19:08:25.875982 UTC`; empty where there is no clock. */
  readonly time: string;
  /** `MM5`, `ESP`, `given`. */
  readonly label: string;
  readonly negotiation: string | null;
  readonly part: string | null;
  readonly packet: PacketView | null;
  readonly machines: readonly MachineView[];
  readonly associations: AssociationsView;
  readonly peers: readonly PeerRow[];
  readonly changes: readonly ChangeView[];
  readonly keys: KeysView;
  readonly explanation: Explanation;
}

/** The packet of an event: its tree and the buffers that the tree speaks of. */
export interface PacketView {
  /** `frame 5, MM5, 100 B`. */
  readonly title: string;
  readonly nodes: readonly PacketNode[];
  readonly buffers: readonly BufferView[];
  /** Why some of it stays closed. */
  readonly missing: MissingKey | null;
}

/** A node of the packet tree. A leaf is a field; its place tells its octets. */
export interface PacketNode {
  /** Names from the root, `Encrypted data/Hash/HASH_I`: stays the same between packets that have the same field; `#2` after a repeated name. */
  readonly id: string;
  readonly name: string;
  readonly value: string | null;
  readonly place: Place;
  readonly rfc: string | null;
  /** A verdict or a fault: `verified`, `differs`, `reserved, not zero`. */
  readonly mark: { readonly tone: Tone; readonly text: string; readonly title: string } | null;
  /** How an authenticator was recomputed. */
  readonly proof: Proof | null;
  /** A value of the keys view that this field feeds or shows: `Ni_b`, `HASH_I`. */
  readonly key: string | null;
  readonly children: readonly PacketNode[];
}

/** An authenticator (HASH, ICV) recomputed: what went in, what came out, what the packet says. */
export interface Proof {
  readonly name: string;
  readonly verdict: 'equal' | 'differs' | 'unknown';
  /** `prf(SKEYID, g^xi | g^xr | CKY-I | CKY-R | SAi_b | IDii_b)`. */
  readonly formula: string;
  readonly rfc: string;
  readonly keyedWith: string;
  readonly inputs: readonly {
    readonly name: string;
    readonly hex: string | null;
    readonly length: number;
    readonly event: number;
    readonly place: Place | null;
  }[];
  /** Hex; `null` where it could not be computed. */
  readonly expected: string | null;
  readonly seen: string;
}

/** Octets that can be shown: the frame, what was put together, what was opened. */
export interface BufferView {
  readonly name: BufferName;
  /** `Decrypted`, `On the wire`. */
  readonly label: string;
  /** `72 B decrypted with Ka`. */
  readonly title: string;
  readonly bytes: Uint8Array;
  /** Names beside the rows, in order, not overlapping. */
  readonly tags: readonly { readonly start: number; readonly end: number; readonly label: string }[];
  /** Where in `wire` (or `datagram`) the cipher blocks stand that carry this buffer: octet n is carried by the block around `start + n`. */
  readonly carriedBy: { readonly buffer: BufferName; readonly start: number; readonly block: number } | null;
}

/** States as dots in ranks, steps as arrows between them: the window only scales it. */
export interface MachineView {
  readonly id: string;
  /** `phase 1`, `quick mode 3e1e0daa`. */
  readonly title: string;
  /** The one this event belongs to. */
  readonly current: boolean;
  readonly rows: number;
  readonly states: readonly {
    readonly id: string;
    readonly label: string;
    /** `null` stands in the middle: both sides share it. */
    readonly side: Side | null;
    readonly row: number;
    readonly when: 'past' | 'now' | 'ahead';
    /** Assumed from a message that was sent to this side, not yet proven by one of its own. */
    readonly assumed: boolean;
    readonly event: number | null;
  }[];
  readonly steps: readonly {
    readonly label: string;
    readonly from: Side;
    readonly row: number;
    readonly when: 'past' | 'now' | 'ahead';
    readonly event: number | null;
  }[];
}

/** SAs as they stand after the event. */
export interface AssociationsView {
  readonly isakmp: readonly { readonly id: string; readonly text: string; readonly state: string }[];
  readonly ipsec: readonly SaView[];
}

/** One direction of one IPsec SA. Texts are ready to be shown. */
export interface SaView {
  readonly id: string;
  readonly protocol: 'esp' | 'ah';
  readonly spi: string;
  /** Who sends on it; `null` where it belongs to no known negotiation. */
  readonly side: Side | null;
  readonly src: string;
  readonly dst: string;
  /** `3DES-CBC, HMAC-SHA1-96, tunnel`, or `unknown`. */
  readonly suite: string;
  readonly state: 'larval' | 'mature' | 'dying' | 'dead';
  readonly selectors: string;
  readonly lifetime: string;
  readonly since: number;
  readonly highest: string;
  readonly received: number;
  readonly lost: string;
  readonly replayed: number;
  readonly old: number;
  readonly badIcv: number;
  readonly packets: number;
  readonly bytes: string;
  /** The replay window, one character a number, oldest first: `1` seen, `0` not seen, `.` before the first. */
  readonly window: string;
  /** The sequence number of the last character of `window`. */
  readonly windowEnd: string;
  /** Changed by this event. */
  readonly current: boolean;
}

/** One property of both ends. */
export interface PeerRow {
  readonly label: string;
  readonly initiator: string;
  readonly responder: string;
  readonly initiatorTone: Tone | null;
  readonly responderTone: Tone | null;
  /** Set in the mono face. */
  readonly code: boolean;
}

/** A difference between the state before the event and after it. */
export interface ChangeView {
  readonly sign: '+' | '~' | '-';
  readonly label: string;
  /** `null` for an addition, and for a secret that is masked. */
  readonly before: string | null;
  readonly after: string | null;
  readonly secret: boolean;
  /** A node of the keys view. */
  readonly key: string | null;
  /** A node of the packet tree. */
  readonly node: string | null;
}

/** The keys of a negotiation as a graph. */
export interface KeysView {
  /** Of the negotiation of this event. */
  readonly negotiation: string | null;
  readonly nodes: readonly KeyNode[];
  /** `Not yet derivable: KEYMAT. It needs the nonces of quick mode.` Empty where all is known. */
  readonly note: string;
}

/** A value that keys are made of, a key, an IV or a proof. */
export interface KeyNode {
  /** `psk`, `g^xy`, `SKEYID`, `Ka`, `KEYMAT c50d31e3`, `IV 7`: unique in one view. */
  readonly id: string;
  readonly label: string;
  readonly group: 'phase1' | 'iv' | 'phase2' | 'proof';
  /** Column and row of the drawing, from 0. */
  readonly rank: number;
  readonly row: number;
  readonly secret: boolean;
  readonly state: 'known' | 'missing' | 'ahead';
  /** Event at which it became known. */
  readonly since: number | null;
  /** Hex, or text for a pre-shared key; `null` while masked or unknown. */
  readonly value: string | null;
  readonly length: number | null;
  /** `prf(psk, Ni_b | Nr_b)`, `supplied`. */
  readonly formula: string;
  readonly rfc: string;
  readonly from: readonly string[];
  /** `HASH_I, HASH_R`, `7 messages`. */
  readonly use: string;
  /** Came into being, or was used for a proof, at this event. */
  readonly current: boolean;
}

/** One plain paragraph on what happens here and why. A sentence can point at what it speaks of. */
export interface Explanation {
  readonly sentences: readonly {
    readonly text: string;
    readonly strong: boolean;
    readonly node: string | null;
    readonly key: string | null;
  }[];
  /** What to expect next; empty at the end. */
  readonly next: string;
  /** `RFC 2409, 5.4`. */
  readonly rfcs: readonly string[];
}

/** An event that a search found, and what in it. */
export interface Hit {
  readonly event: number;
  readonly label: string;
  /** What matched. */
  readonly text: string;
}

// ---------------------------------------------------------------- what was offered against what is wanted

/** Every offered transform against every policy of the side that decides. Rows are policies in the order in which they are tried. */
export interface PolicyMatrixView {
  readonly phase: 1 | 2;
  /** `Policy 4 accepts transform 1, on the 13th comparison`. */
  readonly title: string;
  readonly detail: string;
  readonly columns: readonly MatrixHeading[];
  readonly rows: readonly MatrixHeading[];
  /** By row, then by column. */
  readonly cells: readonly (readonly MatrixCellView[])[];
  readonly accepted: { readonly row: number; readonly column: number } | null;
  /** What every offer and every policy has alike: `pre-shared key, 86,400 s`. Empty where there is no such thing. */
  readonly common: string;
  /** Where a log and a configuration both tell it. */
  readonly sources: { readonly agree: boolean; readonly title: string; readonly detail: string } | null;
  readonly rfcs: readonly string[];
}

export interface MatrixHeading {
  /** `Transform 1`, `Policy 1`. */
  readonly label: string;
  /** `same as 1`; empty where it is like no earlier one. */
  readonly note: string;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
}

export interface MatrixCellView {
  readonly verdict: 'accepted' | 'refused' | 'would-match' | 'would-refuse' | 'unknown';
  /** `Group`, `Accepted`, `Would match`. */
  readonly label: string;
  /** Of the first attribute that differs; empty where none does. */
  readonly offered: string;
  readonly wanted: string;
  /** Which comparison it was, from 1; `null` where it was not made. */
  readonly order: number | null;
  /** `Policy 1, transform 1`. */
  readonly title: string;
  /** `comparison 1 of 13`, `not compared`. */
  readonly place: string;
  readonly comparison: readonly {
    readonly attribute: string;
    readonly offered: string;
    readonly wanted: string;
    /** The policy does not name it. */
    readonly isDefault: boolean;
    /** `first` is what the device names; what comes behind it was not looked at. */
    readonly mark: 'equal' | 'first' | 'differs' | 'ignored' | 'unknown';
  }[];
  readonly remedies: readonly RemedyView[];
  /** Events of the log that tell it. */
  readonly events: readonly number[];
}

export interface RemedyView {
  /** `Smallest change`, `Better for both`. */
  readonly title: string;
  readonly detail: string;
  /** How many attributes change. */
  readonly attributes: number;
  /** Whose configuration. */
  readonly device: string;
  readonly lines: readonly { readonly sign: ' ' | '-' | '+'; readonly text: string }[];
}

// ---------------------------------------------------------------- the log view

/** A line that a device printed, or would have printed. */
export interface LogLine {
  readonly event: number;
  /** As it stands in the log: with its time, where there is one. */
  readonly text: string;
  /** The octets of the event's packet that it speaks of; `null` for a line that speaks of none. */
  readonly place: Place | null;
}
