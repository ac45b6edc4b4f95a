/** The view of certificates: what each side proved itself with, as a chain from its own upwards, and what can be checked of it. */
import { CircleCheck, CircleHelp, CircleX } from 'lucide-react';
import type { CertificateCheck, CertificatesOfSide, CertificateView } from '../../protocol/protocol.ts';
import { useAnswer } from '../stream/use-answer.ts';
import { EventLink } from '../timing/event-link.tsx';
import './certificates.css';

export function CertificatesPage() {
  const sides = useAnswer('certificates', {});
  return (
    <main className="certificates-view" aria-label="Certificates">
      <section className="panel" aria-label="Chains" data-panel tabIndex={-1}>
        <div className="view-head">
          <h1>Certificates</h1>
          <span className="ink3 sm cut">checked at the time of the capture; what is trusted, and what was revoked, no trace tells</span>
        </div>
        {sides?.length === 0 ? (
          <div className="nothing">
            <b>No certificate can be seen</b>
            <p className="ink2">In main mode they are encrypted: with the keys they can be read.</p>
          </div>
        ) : (
          <div className="scroll" tabIndex={0} data-first>
            <div className="certificates-page">
              {(sides ?? []).map((side) => (
                <Side key={`${side.negotiation} ${side.side}`} side={side} />
              ))}
            </div>
          </div>
        )}
      </section>
    </main>
  );
}

function Side({ side: own }: { readonly side: CertificatesOfSide }) {
  const { side, negotiation, address, authenticated, identityCheck, identityText, chain, others, end } = own;
  return (
    <section className="certificates-side" aria-label={`Certificates of the ${side}, ${address}`}>
      <h2>
        <span className={`ink-${side}`}>{side === 'initiator' ? 'Initiator' : 'Responder'}</span> <span className="mono">{address}</span>{' '}
        <span className="ink3 mono xs">{negotiation}</span>
      </h2>
      <ul className="certificate-checks">
        <Check
          verdict={authenticated === null ? 'unknown' : authenticated ? 'good' : 'bad'}
          text={`Its signature over the exchange ${authenticated === null ? 'could not be checked' : authenticated ? 'is right' : 'is wrong'}.`}
        />
        <Check verdict={identityCheck} text={identityText} />
      </ul>
      <ol className="certificate-chain" aria-label="Chain">
        {chain.map((one) => (
          <li key={one.place}>
            <Certificate certificate={one} />
          </li>
        ))}
      </ol>
      <p className="sm ink2">{end}</p>
      {others.length === 0 ? null : (
        <>
          <h3>Shown beside the chain</h3>
          <ul className="certificate-chain loose" aria-label="Shown beside the chain">
            {others.map((one) => (
              <li key={one.place}>
                <Certificate certificate={one} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Certificate({ certificate: own }: { readonly certificate: CertificateView }) {
  const { event, encoding, subject, issuer, serial, notBefore, notAfter, alternativeNames, key, fingerprint, checks } = own;
  return (
    <article className="certificate" aria-label={subject || encoding}>
      <div className="certificate-head">
        <b className="cut" title={subject || encoding}>
          {subject || encoding}
        </b>
        <span className="grow" />
        <EventLink event={event} />
      </div>
      {subject === '' ? (
        <p className="note">Its octets are not read as a certificate.</p>
      ) : (
        <>
          <dl className="pairs copyable">
            <dt>Issued by</dt>
            <dd title={issuer}>{issuer}</dd>
            <dt>Valid</dt>
            <dd className="num">
              {notBefore} to {notAfter}
            </dd>
            <dt>Names</dt>
            <dd title={alternativeNames.join(', ')}>{alternativeNames.length === 0 ? 'no other names' : alternativeNames.join(', ')}</dd>
            <dt>Key</dt>
            <dd>{key}</dd>
            <dt>Serial</dt>
            <dd className="mono" title={serial}>
              {serial}
            </dd>
            <dt>SHA-256</dt>
            <dd className="mono" title={fingerprint}>
              {fingerprint}
            </dd>
          </dl>
          <ul className="certificate-checks">
            {checks.map(({ what, verdict, text }) => (
              <Check key={what} verdict={verdict} text={text} />
            ))}
          </ul>
        </>
      )}
    </article>
  );
}

const icons = { good: CircleCheck, bad: CircleX, unknown: CircleHelp } as const;
const tones = { good: 'good', bad: 'bad', unknown: 'note' } as const;
const verdicts = { good: 'Right', bad: 'Wrong', unknown: 'Not known' } as const;

function Check({ verdict, text }: Pick<CertificateCheck, 'verdict' | 'text'>) {
  const Icon = icons[verdict];
  return (
    <li>
      <Icon size={14} strokeWidth={1.75} className={`line-${tones[verdict]}`} aria-label={verdicts[verdict]} role="img" />
      <span className={verdict === 'bad' ? 'ink-bad' : undefined}>{text}</span>
    </li>
  );
}
