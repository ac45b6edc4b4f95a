/** Options that several commands share, each described once. */
import { Argument, Flag } from 'effect/cli';
import { isZone, timeForms } from '../protocol/clock.ts';

export const inputs = Argument.String('input').pipe(
  Argument.withDescription('Captures and event logs, recognised by what is in them; several are merged by time; - is standard input'),
  Argument.atLeast(1),
);

/** For `open` and `serve`, which can begin with nothing open. */
export const optionalInputs = Argument.String('input').pipe(
  Argument.withDescription('Captures and event logs to open together; none shows the start page'),
  Argument.atLeast(0),
);

export const keys = Flag.String('keys').pipe(
  Flag.withDescription('Keys and secrets: keys.json, or a decryption table of Wireshark; may be given several times'),
  Flag.withMetavar('FILE'),
  Flag.atLeast(0),
);

export const pskFile = Flag.String('psk-file').pipe(
  Flag.withDescription('A file that holds the pre-shared key and nothing else; or set IKEWIND_PSK'),
  Flag.withMetavar('FILE'),
  Flag.optional,
);

export const year = Flag.Int('year').pipe(
  Flag.withDescription('The year of a log whose lines name none (without it: that of another input, else 1970)'),
  Flag.withMetavar('YYYY'),
  Flag.optional,
);

export const follow = Flag.Boolean('follow').pipe(
  Flag.withDescription('Go on while the input grows, or as it comes through a pipe (tcpdump -U -w - | ikewind ... - --follow)'),
  Flag.withDefault(false),
);

const time = Flag.Literals('time', timeForms).pipe(
  Flag.withDescription('Times in text: since the start of the log, by the calendar, or since the row before'),
  Flag.withMetavar('relative|absolute|delta'),
  Flag.withDefault('relative' as const),
);

const tz = Flag.String('tz').pipe(
  Flag.withDescription('Time zone of absolute times in text, by its IANA name (Europe/Vienna); JSON has epoch seconds always'),
  Flag.withMetavar('ZONE'),
  Flag.withDefault('UTC'),
  Flag.filter(isZone, (zone) => `There is no time zone ${zone}; one is called, for example, Europe/Vienna or UTC`),
);

/** How text shows times. */
export const clock = { time, tz };

const formats = ['text', 'json', 'ndjson'] as const;

export const format = Flag.Literals('format', formats).pipe(
  Flag.withDescription('What the answer looks like'),
  Flag.withMetavar('text|json|ndjson'),
  Flag.withDefault('text' as const),
);

/** Packets; Cisco's default. RFC 4303 3.4.3 wants 32 at least and advises 64. */
const usualWindow = 64;
const widestWindow = 4096;

export const window = Flag.Int('window').pipe(
  Flag.withDescription('Packets that the replay window of ESP and AH spans'),
  Flag.withMetavar('N'),
  Flag.withDefault(usualWindow),
  Flag.filter(
    (n) => n >= 1 && n <= widestWindow,
    (n) => `A replay window spans 1 to ${widestWindow} packets, not ${n}`,
  ),
);

export const reveal = Flag.Boolean('reveal').pipe(
  Flag.withDescription('Show secrets, which are masked otherwise'),
  Flag.withDefault(false),
);

/** `usually`: where to stand when nobody says. */
export const at = (usually: string) =>
  Flag.String('at').pipe(
    Flag.withDescription(`The moment: the index of an event, end, or the first event that a search finds (without it: ${usually})`),
    Flag.withMetavar('N|end|SEARCH'),
    Flag.withDefault(usually),
  );

export const failOn = Flag.String('fail-on').pipe(
  Flag.withDescription('End with status 1 where there is a finding of this severity or worse (error, warning, note) or of this code'),
  Flag.withMetavar('SEVERITY|CODE'),
  Flag.atLeast(0),
);

/** What every command that reads a log takes. */
export const reading = { inputs, keys, pskFile, year, window, failOn };
