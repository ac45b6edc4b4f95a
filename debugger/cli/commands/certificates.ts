/** `ikewind certificates`: what each side showed to prove itself, and what can be checked of it. */
import { Effect } from 'effect';
import { Command } from 'effect/cli';
import { type CertificatesOfSide, type CertificateView, certificatePage } from '../../../engine/index.ts';
import { resolveAt } from '../at.ts';
import { readReplay } from '../inputs.ts';
import * as options from '../options.ts';
import { printRecord } from '../output.ts';
import { harmless } from '../text/paint.ts';

const { inputs, keys, pskFile, year, window } = options.reading;

export const certificates = Command.make(
  'certificates',
  { inputs, keys, pskFile, year, window, at: options.at('end'), format: options.format },
  (given) =>
    Effect.gen(function* () {
      const replay = yield* readReplay(given);
      const at = yield* resolveAt(replay, given.at);
      yield* printRecord({ sides: certificatePage(replay, at) }, given.format, textLines);
    }),
).pipe(
  Command.withDescription(
    'Certificates that each side showed: the chain, validity at the time of the capture, the identity against their names',
  ),
  Command.withExamples([
    { command: 'ikewind certificates capture.pcap --keys keys.json', description: 'Main mode shows them encrypted: keys open them' },
  ]),
);

function* textLines({ sides }: { readonly sides: readonly CertificatesOfSide[] }): Generator<string> {
  if (sides.length === 0) yield 'No certificate can be seen here. In main mode they are encrypted: give keys.';
  for (const [i, side] of sides.entries()) {
    if (i > 0) yield '';
    for (const line of ofSide(side)) yield harmless(line);
  }
}

function* ofSide({ negotiation, side, address, authenticated, identityText, chain, others, end }: CertificatesOfSide): Generator<string> {
  yield `${negotiation}, the ${side}, ${address}`;
  const proof = authenticated === null ? 'could not be checked' : authenticated ? 'is right' : 'is wrong';
  yield `  Its signature over the exchange ${proof}. ${identityText}`;
  for (const one of chain) yield* ofCertificate(one);
  yield `  ${end}`;
  for (const one of others) yield* ofCertificate(one);
}

function* ofCertificate({ event, encoding, subject, issuer, serial, ...own }: CertificateView): Generator<string> {
  yield `  ${subject || `${encoding}, not read`} (event ${event})`;
  if (subject === '') return;
  yield `    issued by ${issuer}, serial ${serial}`;
  yield `    ${own.notBefore} to ${own.notAfter}; ${own.key}; SHA-256 ${own.fingerprint}`;
  if (own.alternativeNames.length > 0) yield `    also ${own.alternativeNames.join(', ')}`;
  for (const { verdict, text } of own.checks) yield `    ${marks[verdict]} ${text}`;
}

const marks = { good: 'ok ', bad: 'BAD', unknown: '?  ' } as const;
