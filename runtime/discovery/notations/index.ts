/** The notations that are read, in the order in which they are believed: what an earlier one says of a table goes before. */
import { alembic } from "./alembic/notation.ts";
import { django } from "./django/notation.ts";
import { doctrine } from "./doctrine/notation.ts";
import { drizzle } from "./drizzle/notation.ts";
import { ecto } from "./ecto/notation.ts";
import { entityFramework } from "./entity-framework/notation.ts";
import { entityFrameworkModels } from "./entity-framework-models/notation.ts";
import { knex } from "./knex/notation.ts";
import { laravel } from "./laravel/notation.ts";
import type { Notation } from "./notation.ts";
import { prisma } from "./prisma/notation.ts";
import { rails } from "./rails/notation.ts";
import { sequelize } from "./sequelize/notation.ts";
import { sequelizeModels } from "./sequelize-models/notation.ts";
import { sql } from "./sql/notation.ts";
import { sqlalchemy } from "./sqlalchemy/notation.ts";
import { typeorm } from "./typeorm/notation.ts";
import { typeormEntities } from "./typeorm-entities/notation.ts";

export const NOTATIONS: readonly Notation[] = [
  sql,
  rails,
  laravel,
  knex,
  typeorm,
  sequelize,
  alembic,
  ecto,
  entityFramework,
  entityFrameworkModels,
  django,
  prisma,
  drizzle,
  doctrine,
  typeormEntities,
  sequelizeModels,
  sqlalchemy,
];
