import { createHash } from 'node:crypto';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { type MariaDbDriver, rethrowLost } from '../../database/mariadb.ts';
import type { DatabaseStore } from '../address.ts';
import { LockedSession } from '../locked-session.ts';
import { storeFault } from './faults.ts';

export type Run = (sql: string, values?: readonly unknown[]) => Promise<readonly RowDataPacket[]>;

const runner =
  (connection: Connection): Run =>
  async (sql, values = []) =>
    (await connection.query<RowDataPacket[]>(sql, [...values]).catch(rethrowLost))[0];

export class PushSession extends LockedSession<Connection, Run> {
  constructor(driver: MariaDbDriver, address: DatabaseStore) {
    const { name, server } = address;
    super(
      {
        connect: () => driver.connect(),
        async lock(connection) {
          const run = runner(connection);
          // Strict, whatever the server's default is, and backslashes escape, as the package writes them.
          await run("SET SESSION sql_mode = 'STRICT_ALL_TABLES'");
          // Locks are the server's, not the database's, and have short names.
          const lock = createHash('sha256').update(`${server.database}/${name}`).digest('hex');
          const [row] = await run('SELECT GET_LOCK(?, 0) AS locked', [`soutu${lock.slice(0, 40)}`]);
          return row?.locked === 1;
        },
        runner,
        async end(connection) {
          // By a statement, because the server needs a moment to see that a connection has ended.
          await connection.query('DO RELEASE_ALL_LOCKS()').catch(() => undefined);
          await connection.end();
        },
        drop: async (connection) => connection.destroy(),
        fault: storeFault,
      },
      address,
    );
  }
}
