// What the page and its worker say to each other. The page never waits: every answer is a message of its own.

/** A data set that comes with the page. */
export type BuiltIn = "digits" | "iris";

/** Whether the column to be learnt holds classes or a number. */
export type LabelKind = "class" | "number";

/** Activations that the page offers for hidden layers. */
export const ACTIVATIONS = ["relu", "tanh", "sigmoid", "gelu", "silu"] as const;
export type ActivationName = (typeof ACTIVATIONS)[number];

/** A hidden layer. */
export interface HiddenLayer {
  readonly units: number;
  readonly activation: ActivationName;
}

/** How to build and train a network. */
export interface Settings {
  readonly hidden: readonly HiddenLayer[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** The share of the rows that are not trained on, to see on the way how the network does on others. */
  readonly validationShare: number;
}

/** A column of a table. */
export interface Column {
  readonly name: string;
  /** Whether every value that is not missing is a number. */
  readonly isNumeric: boolean;
  /** How many values differ, missing ones left out. */
  readonly distinct: number;
  /** How many cells are empty or say that a value is missing. */
  readonly missing: number;
  /** The first value that is no number, with its row, for messages. */
  readonly firstText: { readonly value: string; readonly row: number } | undefined;
}

/** What the page shows of a table. */
export interface TableSummary {
  readonly source: BuiltIn | "file";
  readonly name: string;
  readonly rows: number;
  readonly hasHeader: boolean;
  readonly columns: readonly Column[];
  /** The first rows, or, for digits, pictures of them. */
  readonly sample: readonly (readonly string[])[];
  readonly label: { readonly column: number; readonly kind: LabelKind };
}

/** An input of a network, as the form to try it shows it. */
export interface InputField {
  readonly name: string;
  /** The mean of the rows trained on. */
  readonly typical: number;
}

/** What a network does, all that is needed to use it besides its weights. */
export interface Task {
  readonly source: BuiltIn | "file";
  readonly dataName: string;
  readonly labelName: string;
  readonly kind: LabelKind;
  /** The classes in the order of the outputs; empty for a number. */
  readonly classes: readonly string[];
  readonly inputs: readonly InputField[];
}

/** What is known as training begins. */
export interface RunSummary {
  readonly task: Task;
  readonly trainingRows: number;
  readonly validationRows: number;
  readonly testRows: number;
  readonly parameters: number;
  readonly epochs: number;
  readonly notices: readonly string[];
}

/** Loss and metrics of one epoch, by Keras's names. */
export type EpochLogs = Readonly<Record<string, number>>;

/** How a network does on the rows that were held back for the end. */
export type TestResult =
  | {
      readonly kind: "class";
      readonly rows: number;
      readonly accuracy: number;
      /** The means over classes. */
      readonly precision: number;
      readonly recall: number;
      readonly f1: number;
      /** Rows are true classes, columns predicted ones. */
      readonly confusion: readonly (readonly number[])[];
    }
  | {
      readonly kind: "number";
      readonly rows: number;
      readonly r2: number;
      readonly rmse: number;
      readonly mae: number;
      readonly truth: readonly number[];
      readonly predicted: readonly number[];
    };

/** What a network says of one row: a probability for each class, or a number. */
export type Answer =
  | { readonly kind: "class"; readonly probabilities: readonly number[] }
  | { readonly kind: "number"; readonly value: number };

/** Which request failed. */
export type Request = ToWorker["type"];

/** What the page asks of the worker. */
export type ToWorker =
  | { readonly type: "open"; readonly source: BuiltIn | File }
  | { readonly type: "header"; readonly hasHeader: boolean }
  | {
      readonly type: "train";
      readonly label: { readonly column: number; readonly kind: LabelKind };
      readonly settings: Settings;
    }
  | { readonly type: "stop" }
  | { readonly type: "resume" }
  | { readonly type: "reset" }
  | { readonly type: "ask"; readonly ticket: number; readonly values: readonly number[] }
  | { readonly type: "save" }
  | { readonly type: "load"; readonly file: File };

/** What the worker answers. */
export type FromWorker =
  | { readonly type: "ready"; readonly build: string }
  | { readonly type: "opened"; readonly table: TableSummary }
  | { readonly type: "started"; readonly run: RunSummary }
  | { readonly type: "progress"; readonly firstEpoch: number; readonly logs: readonly EpochLogs[] }
  | {
      readonly type: "ended";
      readonly completed: number;
      readonly epochs: number;
      /** Time spent in training, all parts of a run that was stopped added up. */
      readonly milliseconds: number;
      readonly result: TestResult;
    }
  | { readonly type: "answer"; readonly ticket: number; readonly answer: Answer }
  | { readonly type: "saved"; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: "loaded"; readonly task: Task; readonly parameters: number }
  | { readonly type: "failed"; readonly request: Request | "start"; readonly message: string };

/** A mistake in what the user handed in; the message says the way out. */
export class UserError extends Error {}
