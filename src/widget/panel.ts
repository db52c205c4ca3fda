/**
 * The element and its panel (the field, the results and the search behind them), as they see each other. The panel is a
 * module of its own, so that an element in button mode loads it when it is first opened.
 */
import type { CreateSearchOptions, Search } from '../client/api.ts';
import type { SearchResponse } from '../core/contract.ts';
import type { Arrival } from './inputs/arrival.ts';
import type { Dragging } from './inputs/drop-target.ts';
import type { RenderHit } from './results/hit-renderers.ts';
import type { Messages } from './words/messages.ts';
import type { Labels } from './words/words.ts';

/** The element, as its panel sees it. */
export interface PanelHost {
  readonly element: HTMLElement;
  readonly root: ShadowRoot;
  readonly messages: Partial<Messages>;
  readonly labels: Labels;
  readonly renderHit: RenderHit | null;
  /** The search that the page has set. */
  readonly given: Search | null;
  readonly createSearch: (options: CreateSearchOptions) => Search;
}

/** The panel, as its element sees it. */
export interface Panel {
  readonly search: Search | null;
  readonly response: SearchResponse | null;
  /** @param place contains the panel's nodes: the element's shadow root, or a node inside of it */
  connect(place: ShadowRoot | HTMLElement): void;
  disconnect(): void;
  /** Builds the nodes again, for other words or another language. */
  render(): void;
  /** For another catalogue: forgets the results and the search. */
  restart(): void;
  /** Shows the empty field again. */
  reset(): void;
  arrive(arrival: Arrival): void;
  searchPhoto(photo: Blob): Promise<void>;
  showDragging(over: Dragging): void;
}

export interface PanelModule {
  readonly SearchPanel: new (host: PanelHost) => Panel;
  readonly createSearch: (options: CreateSearchOptions) => Search;
}

/** The element in button mode, as its button and dialog see it. */
export interface ButtonHost extends Pick<PanelHost, 'element' | 'root'> {
  /** @throws SoutuError `WorkerError` if the panel cannot be loaded */
  readonly loadPanel: () => Promise<Panel>;
}

/** The button and the dialog, as their element sees them. */
export interface ButtonView {
  connect(): void;
  disconnect(): void;
  render(): void;
  arrive(arrival: Arrival): Promise<void>;
  searchPhoto(photo: Blob): Promise<void>;
  showDragging(over: Dragging): void;
}

export interface ButtonModule {
  readonly ButtonMode: new (host: ButtonHost) => ButtonView;
}

/** The element's scripts: the panel now or later, and the button. */
export interface ElementScripts {
  readonly panel: PanelModule | (() => Promise<PanelModule>);
  readonly button: () => Promise<ButtonModule>;
}
