import { join } from 'node:path';
import type { ControlPlaneSettings } from '#config/control-plane-settings.js';
import { restoreBackup } from '#storage/backup/restore-backup.js';
import { writeBackup } from '#storage/backup/write-backup.js';
import { type DatabaseLocation, describeLocation } from '#storage/database-location.js';
import { migrateDatabase } from '#storage/open-database.js';
import { SYSTEM_CLOCK } from '../system-clock.js';
import type { Command } from './command.js';

export type DatabaseCommand = Exclude<Command, { readonly name: 'serve' | 'help' }>;

export function databaseLocation({ databaseUrl, dataDirectory }: ControlPlaneSettings): DatabaseLocation {
  return databaseUrl === null ? { path: join(dataDirectory, 'weir.db') } : { url: databaseUrl };
}

/** Does what the command says and answers what came of it, in words. */
export async function runDatabaseCommand(command: DatabaseCommand, location: DatabaseLocation): Promise<string> {
  const database = describeLocation(location);
  switch (command.name) {
    case 'migrate': {
      const done = await (command.downTo === null
        ? migrateDatabase(location)
        : migrateDatabase(location, command.downTo));
      return done.length === 0 ? `${database} is up to date` : `${database}: ${done.join(', ')}`;
    }
    case 'backup':
      return `${await writeBackup(location, command.file, SYSTEM_CLOCK.nowMs())} rows of ${database} are in ${command.file}`;
    case 'restore': {
      const rows = await restoreBackup(location, command.file, command);
      return `${rows} rows of ${command.file} are in ${database}`;
    }
  }
}
