import { align } from "../runtime/allocator.js";
import { kernels } from "../runtime/runtime.js";
import type { RbmConfig } from "./rbmOptions.js";

/**
 * Where everything lies that a step of a restricted Boltzmann machine works with: byte addresses. One object serves all
 * steps, so that none is made in a step.
 */
export class RbmAddresses {
  /** Bytes of everything like the weights, and of the scratch memory of a step. */
  readonly weightBytes: number;
  readonly scratchBytes: number;
  /** What is learnt: [visible, units], [visible], [units], and the velocity of all three. */
  kernel = 0;
  visibleBias = 0;
  hiddenBias = 0;
  velocity = 0;
  /** For matrix products. */
  workspace = 0;
  /** Visible units, [batchSize, visible]: the data, what is reconstructed of them, and where the chains of the step end. */
  v0 = 0;
  v1 = 0;
  end = 0;
  /** Hidden units, [batchSize, units]: probabilities given the data and given the ends of the chains, and samples. */
  h0 = 0;
  h1 = 0;
  samples = 0;
  /** Like the weights: where they are to go, and the part of that which the ends of the chains have. */
  direction = 0;
  negative = 0;
  readonly #config: RbmConfig;
  readonly #visible: number;
  readonly #workspaceBytes: number;
  readonly #visibleBytes: number;
  readonly #hiddenBytes: number;

  /** @param visible how many visible units there are */
  constructor(config: RbmConfig, visible: number) {
    const { batchSize, units } = config;
    this.#config = config;
    this.#visible = visible;
    this.#workspaceBytes = align(kernels().workspaceBytes());
    this.#visibleBytes = align(4 * batchSize * visible);
    this.#hiddenBytes = align(4 * batchSize * units);
    this.weightBytes = align(4 * (visible * units + visible + units));
    this.scratchBytes =
      this.#workspaceBytes + 3 * this.#visibleBytes + 3 * this.#hiddenBytes + 2 * this.weightBytes;
  }

  /**
   * Finds everything for a step.
   *
   * @param learnt the address of weights, velocity and chains
   * @param scratch the address of the scratch memory
   */
  find(learnt: number, scratch: number): void {
    const { persistent, units, visibleStates } = this.#config;
    this.kernel = learnt;
    this.visibleBias = learnt + 4 * this.#visible * units;
    this.hiddenBias = this.visibleBias + 4 * this.#visible;
    this.velocity = learnt + this.weightBytes;
    this.workspace = scratch;
    this.v0 = scratch + this.#workspaceBytes;
    this.v1 = this.v0 + this.#visibleBytes;
    const sampled = this.v1 + this.#visibleBytes;
    const ownEnd = visibleStates === "probabilities" ? this.v1 : sampled;
    this.end = persistent ? this.velocity + this.weightBytes : ownEnd;
    this.h0 = sampled + this.#visibleBytes;
    this.h1 = this.h0 + this.#hiddenBytes;
    this.samples = this.h1 + this.#hiddenBytes;
    this.direction = this.samples + this.#hiddenBytes;
    this.negative = this.direction + this.weightBytes;
  }
}
