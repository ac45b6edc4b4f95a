/** Questions to the engine host as streams: each gives its one answer, or an error that says why there is none. */
import type { Observable } from 'rxjs';
import { filter, map, merge, Observable as Stream, skip, take } from 'rxjs';
import type { Answer, Ask, AskName, Question, Telling } from '../../protocol/protocol.ts';
import type { Line, LineStatus } from './line.ts';

/** The host could not answer, or the line broke before it did. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

export interface Engine {
  readonly status: Observable<LineStatus>;
  /** What the host says of its own accord. */
  readonly news: Observable<Exclude<Telling, { tell: 'answer' | 'refused' }>>;
  /** Asks on subscription; completes after one answer. Errors with `Unanswered`. */
  readonly ask: <N extends AskName>(name: N, ask: Ask<N>) => Observable<Answer<N>>;
}

type News = Exclude<Telling, { tell: 'answer' | 'refused' }>;
const isNews = (telling: Telling): telling is News => telling.tell !== 'answer' && telling.tell !== 'refused';

export function engineOver(line: Line): Engine {
  let asked = 0;
  const ask = <N extends AskName>(name: N, body: Ask<N>): Observable<Answer<N>> =>
    new Stream<Answer<N>>((listener) => {
      asked += 1;
      const id = asked;
      const told = line.tellings.pipe(
        filter((telling) => telling.tell === 'stopped' || (!isNews(telling) && telling.id === id)),
        map((telling) => (telling.tell === 'stopped' ? ({ tell: 'refused', id, message: telling.message } as const) : telling)),
      );
      // The present status comes first and is not news: a question that is asked on a broken line waits for the line to break again.
      const lost = line.status.pipe(
        skip(1),
        filter((status) => status === 'lost'),
        map(() => ({ tell: 'refused', id, message: 'The connection to the engine was lost.' }) as const),
      );
      const subscription = merge(told, lost)
        .pipe(take(1))
        .subscribe((telling) => {
          if (telling.tell === 'answer') {
            listener.next(telling.answer as Answer<N>);
            listener.complete();
          } else if (telling.tell === 'refused') listener.error(new Unanswered(telling.message));
        });
      line.send({ id, name, ask: body } as Question);
      return subscription;
    });
  return { status: line.status, news: line.tellings.pipe(filter(isNews)), ask };
}
