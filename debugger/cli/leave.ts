/** With which status a command ends that is told to stop: 130 unless stopping is its proper end. */
import { Context } from 'effect';

export class Leave extends Context.Service<Leave, { status: number }>()('ikewind/cli/Leave') {}
