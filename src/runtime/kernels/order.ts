// The kernels of all families, imported before anything else: a bundle has those that it needs side by side then, at its
// start, and in this order. gzip looks 32 KB back: with kernels between them, other modules do not see each other (7 KB of a
// program that loads models), and families that resemble each other are best neighbours (3 KB; found by trying orders).
import "#kernels/losses";
import "#kernels/optimizers";
import "#kernels/layers";
import "#kernels/metrics";
import "#kernels/images";
import "#kernels/core";
import "#kernels/normalization";
import "#kernels/activations";
import "#kernels/recurrence";
import "#kernels/convolution";
import "#kernels/attention";
import "#kernels/unsupervised";
import "#kernels/weights";
