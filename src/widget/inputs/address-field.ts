/** A collapsed field for a picture's URL, and the messages for URLs that cannot be loaded. */
import type { AddressError, AddressProblem } from '../../client/photo/fetch-picture.ts';
import { create, createButton } from '../dom.ts';
import type { Words } from '../words/words.ts';
import type { Arrival } from './arrival.ts';

export interface AddressHandlers {
  readonly onArrive: (arrival: Arrival) => void;
  readonly onIntent: () => void;
}

export function createAddressField(words: Words, handlers: AddressHandlers): HTMLDetailsElement {
  const input = create('input', 'address-input', {
    // Not `url`: its validation message is in the browser's language, and it rejects data: URLs.
    type: 'text',
    inputMode: 'url',
    enterKeyHint: 'search',
    autocapitalize: 'none',
    autocomplete: 'off',
    spellcheck: false,
    dir: 'ltr',
    placeholder: 'https://',
    ariaLabel: words.text('addressLabel'),
  });
  const search = createButton('button', words.text('addressSearch'), () => undefined);
  search.type = 'submit';
  const form = create('form', 'address-form', { noValidate: true }, input, search);
  form.onsubmit = (event) => {
    event.preventDefault();
    const address = input.value.trim();
    if (address) handlers.onArrive({ kind: 'address', address });
    else input.focus();
  };
  const details = create(
    'details',
    'address',
    {},
    create('summary', 'address-summary', {}, words.text('address')),
    form,
  );
  details.ontoggle = () => {
    if (!details.open) return;
    input.focus();
    handlers.onIntent();
  };
  return details;
}

const SAYINGS = {
  address: 'addressNone',
  insecure: 'addressRefused',
  policy: 'addressPolicy',
  refused: 'addressRefused',
  offline: 'addressOffline',
  slow: 'addressSlow',
  status: 'addressStatus',
  type: 'addressType',
  size: 'addressSize',
} as const satisfies Record<AddressProblem, string>;

/** The message in the visitor's language; null for other errors. */
export function addressProblem(error: Error, words: Words): string | null {
  if (!isAddressError(error)) return null;
  const { problem, host, detail } = error;
  const total = problem === 'size' ? words.megabytes(Number(detail)) : '';
  return words.text(SAYINGS[problem], { host, detail, total });
}

/** Not `instanceof`, because the class is part of the script that is loaded on demand. */
function isAddressError(error: Error): error is AddressError {
  return 'problem' in error && typeof error.problem === 'string' && error.problem in SAYINGS;
}
