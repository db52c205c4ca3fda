/** Java libraries by Maven, each with what it depends on. Needs `mvn` and Java 17 or later. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';

/** `group:artifact:version` or `group:artifact:version:type` */
export type Coordinates = string;

/** Puts the files of these artifacts and of all that they need into a folder. */
export async function mavenFiles(artifacts: readonly Coordinates[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const dependencies = artifacts.map((coordinates) => {
    const [group, artifact, version] = coordinates.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  });
  const pom = join(folder, 'pom.xml');
  await writeFile(
    pom,
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>soutu</groupId><artifactId>engines</artifactId><version>1</version>
<dependencies>${dependencies.join('\n')}</dependencies></project>\n`,
  );
  await mvn('dependency:copy-dependencies', `-DoutputDirectory=${folder}`, '-f', pom);
  await rm(pom);
}

/** Puts one file into a folder. */
export async function mavenFile(artifact: Coordinates, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await mvn('dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`);
}

/** `-C`: a file with a wrong checksum is an error, not a warning. */
const mvn = (...args: string[]) => runProgram('mvn', ['-q', '-B', '-C', ...args]);
