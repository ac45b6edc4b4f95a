import { expect, test } from 'vitest';
import { isReport } from '../../event/report.ts';
import { asaRows } from '../asa-syslog/rows.ts';
import { configurationRows } from '../cisco-debug/configuration.ts';
import { detailRows, ipsecRows } from '../cisco-debug/ipsec.ts';
import { messageRows } from '../cisco-debug/isakmp.ts';
import { lifecycleRows } from '../cisco-debug/lifecycle.ts';
import { engineRows, ikev2Rows, syslogRows } from '../cisco-debug/other.ts';
import { remarkRows } from '../cisco-debug/remarks.ts';
import { transformRows } from '../cisco-debug/transforms.ts';
import { linksysRows } from '../linksys/dialect.ts';
import { match, saidOf } from './grammar.ts';

const tables = {
  'IOS debug crypto isakmp': [...transformRows, ...messageRows, ...lifecycleRows, ...configurationRows, ...remarkRows],
  'IOS, other facilities': [...ikev2Rows, ...syslogRows, ...ipsecRows, ...engineRows, ...detailRows],
  ASA: asaRows,
  Linksys: linksysRows,
};

test.each(Object.entries(tables))('%s: each example is read by its own row, and what it says is a report', (_, rows) => {
  const taken = rows.map(({ example }) => rows.findIndex(({ form }) => form.test(example)));
  expect(
    taken.map((row, i) => (row === i ? '' : `${rows[i]?.example} is read by ${rows[row]?.form}`)).filter((fault) => fault !== ''),
  ).toEqual([]);
  for (const { example } of rows) expect([example, isReport(saidOf(match(rows, example), {}))]).toEqual([example, true]);
});

test.each(Object.entries(tables))('%s: forms begin at the beginning', (_, rows) => {
  expect(rows.filter(({ form }) => !form.source.startsWith('^') && !form.source.startsWith('.{0,')).map(({ form }) => form.source)).toEqual(
    [],
  );
});
