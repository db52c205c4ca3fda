import type { Client } from 'pg';
import { type PostgresDriver, rethrowLost } from '../../database/postgres.ts';
import type { DatabaseStore } from '../address.ts';
import { LockedSession } from '../locked-session.ts';
import { storeFault } from './faults.ts';

export type Run = <R extends object = Record<string, unknown>>(
  sql: string,
  values?: readonly unknown[],
) => Promise<readonly R[]>;

const runner =
  (client: Client): Run =>
  async (sql, values = []) =>
    (await client.query(sql, [...values]).catch(rethrowLost)).rows;

export class PushSession extends LockedSession<Client, Run> {
  constructor(driver: PostgresDriver, address: DatabaseStore) {
    super(
      {
        connect: () => driver.connect(),
        async lock(client) {
          const run = runner(client);
          // The build of a graph takes longer than a query may.
          await run('SET statement_timeout = 0');
          const [row] = await run<{ locked: boolean }>(
            'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked',
            [`soutu/${address.name}`],
          );
          return row?.locked === true;
        },
        runner,
        end: (client) => client.end(),
        drop: (client) => client.end(),
        fault: storeFault,
      },
      address,
    );
  }
}
