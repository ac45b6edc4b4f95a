/** The view of verdicts: every negotiation, the worst first; the one that is looked at with its evidence; and how far it came. */
import { useWindow } from '../stream/store.ts';
import { useAnswer } from '../stream/use-answer.ts';
import { CaseBody } from './case-body.tsx';
import { CaseListPanel } from './case-list.tsx';
import './diagnose.css';
import { CaseTimeline } from './timeline.tsx';

export function DiagnosePage() {
  const list = useAnswer('cases', {});
  const present = useWindow((state) => state.moment?.negotiation ?? null);
  const { negotiation, finding } = useWindow((state) => state.chosen);
  const rows = list?.rows ?? [];
  // What somebody picked; else the worst, unless the present event stands in one that failed as well.
  const here = rows.find(({ id, tone }) => id !== null && id === present && tone === rows[0]?.tone);
  const row = rows.find(({ id }) => (negotiation === '' ? id === null : id === negotiation)) ?? here ?? rows[0];
  const view = useAnswer('case', row ? { negotiation: row.id, finding: row.id === negotiation || negotiation === '' ? finding : 0 } : null);
  return (
    <main className="diagnose-view" aria-label="Diagnose">
      <CaseListPanel list={list ?? null} chosen={row ?? null} />
      {view ? (
        <CaseBody view={view} finding={row?.id === negotiation || negotiation === '' ? finding : 0} />
      ) : (
        <section className="panel" aria-label="Verdict" data-panel tabIndex={-1}>
          {list && rows.length === 0 ? (
            <div className="nothing">
              <b>No negotiation in this trace</b>
              <p className="ink2">There is nothing to pass a verdict on. Step through it to see what it holds.</p>
            </div>
          ) : null}
        </section>
      )}
      <CaseTimeline view={view ?? null} />
    </main>
  );
}
