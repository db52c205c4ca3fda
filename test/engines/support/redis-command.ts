import { connect } from 'node:net';

const encoded = (words: readonly string[]) =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;

/** One command of an administrator, on a connection of its own. @returns the answer as it came */
export function redisCommand(
  port: number,
  password: string,
  words: readonly string[],
): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(encoded(['AUTH', password]) + encoded(words) + encoded(['QUIT']));
    });
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    socket.once('error', reject).once('close', () => {
      const said = answer.split('\r\n').find((line) => line.startsWith('-'));
      if (said) reject(new Error(said));
      else resolve(answer);
    });
  });
}
