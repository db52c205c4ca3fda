/** The part of JSON Schema (2020-12) that describes our own files. */
export interface Schema {
  readonly description?: string;
  readonly type?: 'string' | 'boolean' | 'integer' | 'number' | 'array' | 'object';
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** False: no other fields. A schema: the values of fields with any other name. */
  readonly additionalProperties?: boolean | Schema;
  readonly anyOf?: readonly Schema[];
}

/** A schema as a file of its own. */
export interface SchemaFile extends Schema {
  readonly $schema: string;
  readonly title: string;
}

export const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
