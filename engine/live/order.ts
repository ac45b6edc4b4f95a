/** Everything that an operator may ask of an engine while it runs: what `decide` knows, and what holds it. */
import { readRequest, requestExamples } from '../decide/requests.ts';
import { forms, operation } from './operate.ts';

/** Whether a line asks for something. To take leave is the way of ending, and no order. */
export const isOrder = (text: string): boolean => {
  const asked = readRequest(text);
  return (asked !== null && asked.ask !== 'leave') || operation(text) !== null;
};

export const orderExamples: readonly string[] = [
  ...requestExamples.filter((example) => example !== 'leave'),
  ...forms.map((f) => f.example),
];
