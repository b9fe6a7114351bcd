/** From a seed to a schedule of faults: the same seed gives the same schedule, whenever and wherever. */
package io.skbstream.chaos.schedule;
