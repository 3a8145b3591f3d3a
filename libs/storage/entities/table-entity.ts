import { EntitySchema, type EntitySchemaColumnOptions, type EntitySchemaOptions } from 'typeorm';

type Columns<Row> = { readonly [Property in keyof Row]-?: EntitySchemaColumnOptions };

/** Describes to TypeORM how rows lie in a table; no property of a row can be forgotten. */
export function tableEntity<Row extends object>(
  tableName: string,
  columns: Columns<Row>,
  constraints: Pick<EntitySchemaOptions<Row>, 'uniques' | 'indices'> = {},
): EntitySchema<Row> {
  // TypeORM declares its options as a class, yet takes them as plain data.
  const description: Pick<EntitySchemaOptions<Row>, 'name' | 'tableName' | 'columns' | 'uniques' | 'indices'> = {
    name: tableName,
    tableName,
    columns,
    ...constraints,
  };
  return new EntitySchema<Row>(description);
}
