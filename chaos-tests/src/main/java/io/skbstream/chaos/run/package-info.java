/** The runs: what is done, in which order, and what must hold afterwards. */
package io.skbstream.chaos.run;
